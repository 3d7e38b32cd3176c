import { createErrorFactory } from '@nexus/plugin-api'

/** What keeps a plugin from being packed. */
export const packError = createErrorFactory({
  PACK_MANIFEST: { fault: 'plugin', status: 422, title: 'Manifest does not hold' },
  PACK_FILE: { fault: 'plugin', status: 422, title: 'A file is missing' },
  PACK_CODE: { fault: 'plugin', status: 422, title: 'Code cannot be bundled' },
  PACK_IMPORT: { fault: 'plugin', status: 422, title: 'Code does not stand on its own' },
})
