import { createErrorFactory } from '@nexus/plugin-api'

/** Everything that can go wrong in a sandbox, as a caller sees it. */
export const sandboxErrors = {
  SANDBOX_PROFILE_INVALID: { fault: 'host', status: 500, title: 'Sandbox profile not valid' },
  SANDBOX_PROFILE_UNKNOWN: { fault: 'caller', status: 422, title: 'Unknown sandbox profile' },
  SANDBOX_TIER_UNAVAILABLE: { fault: 'caller', status: 422, title: 'Sandbox tier not available' },
  SANDBOX_TRUST_REQUIRED: { fault: 'caller', status: 403, title: 'Publisher not trusted with worker threads' },
  SANDBOX_UNAVAILABLE: { fault: 'host', status: 503, title: 'No sandbox could be started' },
  SANDBOX_START_FAILED: { fault: 'plugin', status: 502, title: 'The plugin could not be started' },
  SANDBOX_START_TIMEOUT: { fault: 'plugin', status: 504, title: 'The plugin took too long to start' },
  SANDBOX_TIMEOUT: { fault: 'plugin', status: 504, title: 'The call took too long' },
  SANDBOX_CPU: { fault: 'plugin', status: 503, title: 'CPU limit exceeded' },
  SANDBOX_MEMORY: { fault: 'plugin', status: 503, title: 'Memory limit exceeded' },
  SANDBOX_PAYLOAD: { fault: 'caller', status: 413, title: 'Argument or result too large' },
  SANDBOX_BUSY: { fault: 'caller', status: 429, title: 'Too many calls at once' },
  SANDBOX_CAPABILITY_LIMIT: { fault: 'plugin', status: 429, title: 'Too many capability calls' },
  SANDBOX_HANDLER_UNKNOWN: { fault: 'plugin', status: 501, title: 'The plugin has no such handler' },
  SANDBOX_CRASHED: { fault: 'host', status: 503, title: 'The sandbox died' },
  SANDBOX_CLOSED: { fault: 'host', status: 503, title: 'The sandbox was stopped' },
  SANDBOX_PROTOCOL: { fault: 'host', status: 502, title: 'The sandbox broke the channel protocol' },
  SANDBOX_CLOCK: { fault: 'caller', status: 409, title: 'The sandbox has no clock for tests' },
  CALL_CANCELLED: { fault: 'caller', status: 499, title: 'The call was cancelled' },
  PLUGIN_ERROR: { fault: 'plugin', status: 502, title: 'The plugin failed' },
  PROCESS_CONTAINMENT: { fault: 'host', status: 503, title: 'Not contained as the operator demands' },
  PROCESS_START_FAILED: { fault: 'caller', status: 422, title: 'The process could not be started' },
} as const

export const sandboxError = createErrorFactory(sandboxErrors)
