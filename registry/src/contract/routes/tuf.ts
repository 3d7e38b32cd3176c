import { z } from 'zod'
import { pluginName, publisherId } from '../identifiers.ts'
import { rootDraft, rootStatus } from '../tuf.ts'
import type { RegistryRoute } from './route.ts'

const file = z
  .string()
  .max(300)
  .regex(/^[0-9A-Za-z._-]+$/)

/** Metadata and targets of The Update Framework: which releases count, and that nothing old or foreign is passed off. */
export const tufRoutes = {
  tufMetadata: {
    method: 'GET',
    path: '/api/v1/tuf/metadata/:file',
    access: 'public',
    status: 200,
    summary: 'A metadata file: `timestamp.json`, `root.json`, or `<version>.<role>.json`.',
    params: z.strictObject({ file }),
    response: 'stream',
  },
  tufTarget: {
    method: 'GET',
    path: '/api/v1/tuf/targets/:file',
    access: 'public',
    status: 200,
    summary: 'A target beside the releases, `<sha512>.<name>`: `trusted_root.json`, `keys.json`, `revocations.json`.',
    params: z.strictObject({ file }),
    response: 'stream',
  },
  tufRelease: {
    method: 'GET',
    path: '/api/v1/tuf/targets/plugins/:publisher/:name/:file',
    access: 'public',
    status: 200,
    summary: 'The bundle of a release as a target: `<sha512>.<version>.tgz`.',
    params: z.strictObject({ publisher: publisherId, name: pluginName, file }),
    response: 'bundle',
  },
  tufRoot: {
    method: 'GET',
    path: '/api/v1/tuf/root',
    access: 'public',
    status: 200,
    summary: 'How the root stands: version, end, keys, and which of them still lie with the registry.',
    response: rootStatus,
  },
  installTufRoot: {
    method: 'POST',
    path: '/api/v1/tuf/root',
    access: 'admin',
    status: 204,
    summary: 'Put the next root in place, signed by enough of the old and of the new root keys.',
    body: rootDraft,
  },
} as const satisfies Record<string, RegistryRoute>
