import { createErrorFactory } from '@nexus/plugin-api'

/** Everything that can go wrong with a capability, as plugin code sees it. */
export const brokerErrors = {
  PERMISSION_DENIED: { fault: 'plugin', status: 403, title: 'Permission not granted' },
  CAPABILITY_UNKNOWN: { fault: 'plugin', status: 501, title: 'No such capability' },
  CAPABILITY_ARGUMENT: { fault: 'plugin', status: 422, title: 'Capability argument not valid' },
  CAPABILITY_LIMIT: { fault: 'plugin', status: 429, title: 'Too many capability calls' },
  CAPABILITY_FAILED: { fault: 'host', status: 500, title: 'The capability failed' },
  NETWORK_DENIED: { fault: 'plugin', status: 403, title: 'Network access not granted' },
  NETWORK_TIMEOUT: { fault: 'plugin', status: 504, title: 'The network request took too long' },
  NETWORK_TOO_LARGE: { fault: 'plugin', status: 413, title: 'The network response is too large' },
  NETWORK_NOT_TEXT: { fault: 'plugin', status: 415, title: 'The network response is not text' },
  NETWORK_QUOTA: { fault: 'plugin', status: 429, title: 'Network quota used up' },
  NETWORK_FAILED: { fault: 'plugin', status: 502, title: 'The network request failed' },
  STORAGE_QUOTA: { fault: 'plugin', status: 507, title: 'Storage quota used up' },
  FILE_DENIED: { fault: 'plugin', status: 403, title: 'File access not granted' },
  FILE_UNKNOWN: { fault: 'plugin', status: 404, title: 'No such file or folder' },
  FILE_KIND: { fault: 'plugin', status: 409, title: 'A file where a folder was expected, or the other way round' },
  FILE_TOO_LARGE: { fault: 'plugin', status: 413, title: 'The file or folder is too large' },
  FILE_NOT_TEXT: { fault: 'plugin', status: 415, title: 'The file is not text' },
  FILE_QUOTA: { fault: 'plugin', status: 507, title: 'File quota used up' },
  LOG_QUOTA: { fault: 'plugin', status: 429, title: 'Log quota used up' },
  SECRET_DENIED: { fault: 'plugin', status: 403, title: 'Secret not granted' },
  SECRET_MISSING: { fault: 'caller', status: 422, title: 'Secret not chosen or not there' },
  CALL_REQUIRED: { fault: 'plugin', status: 409, title: 'Only within a call' },
  CALL_DEPTH: { fault: 'plugin', status: 508, title: 'Calls are nested too deeply' },
  TOOL_UNKNOWN: { fault: 'plugin', status: 404, title: 'Unknown tool' },
  TOOL_AMBIGUOUS: { fault: 'caller', status: 409, title: 'Several installations offer the tool' },
  TOOL_DENIED: { fault: 'caller', status: 403, title: 'A policy denied the tool' },
  TOOL_CYCLE: { fault: 'plugin', status: 508, title: 'The tool is called from within itself' },
  TOOL_RESULT_TOO_LARGE: { fault: 'plugin', status: 413, title: 'The result of the tool is too large' },
  TOOL_FAILED: { fault: 'plugin', status: 502, title: 'The called tool failed' },
  EVENT_QUOTA: { fault: 'plugin', status: 429, title: 'Event quota used up' },
  CRYPTO_OPERATION: { fault: 'plugin', status: 422, title: 'The cryptographic operation failed' },
  CRYPTO_DATA: { fault: 'plugin', status: 422, title: 'Not a key of this format' },
  CRYPTO_ACCESS: { fault: 'plugin', status: 422, title: 'The key does not fit the operation' },
  CRYPTO_UNSUPPORTED: { fault: 'plugin', status: 501, title: 'Algorithm not supported' },
  CRYPTO_LIMIT: { fault: 'plugin', status: 429, title: 'Too much cryptography' },
  CONTRIBUTION_REFUSED: { fault: 'plugin', status: 422, title: 'The host refused the contribution' },
  CALL_CANCELLED: { fault: 'caller', status: 499, title: 'The call was cancelled' },
} as const

export const brokerError = createErrorFactory(brokerErrors)

export type BrokerErrorCode = keyof typeof brokerErrors
