import { createErrorFactory } from '@nexus/plugin-api'

/** What can be wrong with the configuration. */
export const remoteError = createErrorFactory({
  REMOTE_URL: { fault: 'caller', status: 422, title: 'Not an address of an MCP server' },
  REMOTE_HEADER: { fault: 'caller', status: 422, title: 'Not a header' },
  REMOTE_CREDENTIALS: { fault: 'caller', status: 422, title: 'Not a choice of credentials' },
  REMOTE_FORMAT: { fault: 'caller', status: 422, title: 'Not a form for the token' },
})
