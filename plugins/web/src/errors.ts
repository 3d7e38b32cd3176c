import { createErrorFactory } from '@nexus/plugin-api'

/** What can be wrong with a call or the configuration. */
export const webError = createErrorFactory({
  WEB_CONFIG: { fault: 'caller', status: 422, title: 'No host to read from' },
  WEB_ARGUMENT: { fault: 'caller', status: 400, title: 'Argument does not fit' },
})
