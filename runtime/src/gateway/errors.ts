import { createErrorFactory, type NexusError } from '@nexus/plugin-api'
import { isJsonObject, type RpcErrorObject } from './json-rpc.ts'

const table = {
  HOST_REFUSED: { fault: 'caller', status: 403, title: 'Host header not allowed' },
  ORIGIN_REFUSED: { fault: 'caller', status: 403, title: 'Origin not allowed' },
  PERMISSION_MISSING: { fault: 'caller', status: 403, title: 'Permission missing' },
  METHOD_NOT_ALLOWED: { fault: 'caller', status: 405, title: 'HTTP method not allowed' },
  BODY_TOO_LARGE: { fault: 'caller', status: 413, title: 'Request body too large' },
  BODY_NOT_JSON: { fault: 'caller', status: 415, title: 'Content type is not JSON' },
  PARSE_FAILED: { fault: 'caller', status: 400, title: 'Body is not valid JSON' },
  MESSAGE_INVALID: { fault: 'caller', status: 400, title: 'Not a JSON-RPC message' },
  HEADER_MISMATCH: { fault: 'caller', status: 400, title: 'Headers and body disagree' },
  ENVELOPE_INVALID: { fault: 'caller', status: 400, title: 'Request envelope incomplete' },
  VERSION_UNSUPPORTED: { fault: 'caller', status: 400, title: 'Protocol version not supported' },
  SESSION_MISSING: { fault: 'caller', status: 400, title: 'Session id missing' },
  SESSION_UNKNOWN: { fault: 'caller', status: 404, title: 'Session unknown' },
  SESSION_LIMIT: { fault: 'host', status: 503, title: 'Too many sessions' },
  EVENT_UNKNOWN: { fault: 'caller', status: 400, title: 'Event not kept' },
  CLIENT_SLOW: { fault: 'caller', status: 408, title: 'Client does not read' },
  SESSION_BUSY: { fault: 'caller', status: 429, title: 'Too many requests in flight' },
  LISTENER_LIMIT: { fault: 'caller', status: 429, title: 'Too many open subscriptions' },
  METHOD_UNKNOWN: { fault: 'caller', status: 404, title: 'Method not found' },
  PARAMS_INVALID: { fault: 'caller', status: 400, title: 'Invalid parameters' },
  CURSOR_INVALID: { fault: 'caller', status: 400, title: 'Cursor not valid' },
  TOOL_UNKNOWN: { fault: 'caller', status: 404, title: 'Unknown tool' },
  TOOL_AMBIGUOUS: { fault: 'caller', status: 409, title: 'Several upstreams offer the tool' },
  PROMPT_UNKNOWN: { fault: 'caller', status: 404, title: 'Unknown prompt' },
  RESOURCE_UNKNOWN: { fault: 'caller', status: 404, title: 'Unknown resource' },
  SUBSCRIPTION_LIMIT: { fault: 'caller', status: 429, title: 'Too many subscriptions' },
  POLICY_DENIED: { fault: 'caller', status: 403, title: 'Denied by policy' },
  CALL_CANCELLED: { fault: 'caller', status: 499, title: 'Call cancelled' },
  CALL_TIMEOUT: { fault: 'plugin', status: 504, title: 'Call took too long' },
  INPUT_UNSUPPORTED: { fault: 'caller', status: 400, title: 'Client cannot answer' },
  INPUT_NOT_GRANTED: { fault: 'plugin', status: 502, title: 'The plugin may not ask the client' },
  CLIENT_CAPABILITY_MISSING: { fault: 'caller', status: 400, title: 'The client did not declare the capability' },
  INPUT_TIMEOUT: { fault: 'caller', status: 408, title: 'Input did not come in time' },
  STATE_INVALID: { fault: 'caller', status: 400, title: 'Request state not valid' },
  STATE_EXPIRED: { fault: 'caller', status: 400, title: 'Request state expired' },
  STATE_USED: { fault: 'caller', status: 409, title: 'Request state used already' },
  STATE_ELSEWHERE: { fault: 'caller', status: 409, title: 'Call waits on another node' },
  PARKED_LIMIT: { fault: 'caller', status: 429, title: 'Too many calls wait for input' },
  INPUT_ROUNDS: { fault: 'plugin', status: 502, title: 'Too many input rounds' },
  NAME_COLLISION: { fault: 'caller', status: 409, title: 'Exposed name taken' },
  URI_COLLISION: { fault: 'caller', status: 409, title: 'Resource URI taken' },
  UPSTREAM_ID_TAKEN: { fault: 'host', status: 409, title: 'Upstream exists already' },
  UPSTREAM_LABEL_TAKEN: { fault: 'caller', status: 409, title: 'Upstream label taken' },
  UPSTREAM_DIED: { fault: 'plugin', status: 502, title: 'Upstream died' },
  UPSTREAM_UNREACHABLE: { fault: 'plugin', status: 502, title: 'Upstream not reachable' },
  UPSTREAM_TIMEOUT: { fault: 'plugin', status: 504, title: 'Upstream did not answer in time' },
  UPSTREAM_PROTOCOL: { fault: 'plugin', status: 502, title: 'Upstream broke the protocol' },
  UPSTREAM_TOO_LARGE: { fault: 'plugin', status: 502, title: 'Upstream answer too large' },
  UPSTREAM_REFUSED: { fault: 'plugin', status: 502, title: 'Upstream refused the connection' },
  UPSTREAM_CLOSED: { fault: 'host', status: 503, title: 'Upstream was removed' },
  UPSTREAM_BUSY: { fault: 'plugin', status: 503, title: 'Too many calls at the upstream' },
  UPSTREAM_OPEN: { fault: 'plugin', status: 503, title: 'Upstream is failing and not called' },
  UPSTREAM_DRAINED: { fault: 'host', status: 503, title: 'No replica takes calls' },
  UPSTREAM_UNKNOWN: { fault: 'caller', status: 404, title: 'Upstream not found' },
  UPSTREAM_FIXED: { fault: 'caller', status: 409, title: 'Upstream has no replicas' },
  REPLICA_UNKNOWN: { fault: 'caller', status: 404, title: 'Replica not found' },
  CREDENTIAL_MISSING: { fault: 'caller', status: 403, title: 'Your own credential is missing' },
  UPSTREAM_ERROR: { fault: 'plugin', status: 502, title: 'Upstream answered with an error' },
  VIRTUAL_SERVER_UNKNOWN: { fault: 'caller', status: 404, title: 'Virtual server not found' },
  VIRTUAL_SERVER_INVALID: { fault: 'caller', status: 422, title: 'Virtual server not valid' },
  VIRTUAL_SERVER_TAKEN: { fault: 'caller', status: 409, title: 'Virtual server name taken' },
  VIRTUAL_SERVER_CHANGED: { fault: 'caller', status: 409, title: 'Virtual server was changed by somebody else' },
  VIRTUAL_SERVER_YAML: { fault: 'caller', status: 422, title: 'Virtual server file not valid' },
  SERVER_RATE_LIMITED: { fault: 'caller', status: 429, title: 'Too many calls of this virtual server' },
  ARGUMENT_FIXED: { fault: 'caller', status: 400, title: 'Argument is given by the server' },
  EMBEDDINGS_UNUSABLE: { fault: 'host', status: 502, title: 'Embedding service not usable' },
  PACKAGE_INVALID: { fault: 'caller', status: 422, title: 'Package name or version not valid' },
  PACKAGE_MANAGER_MISSING: { fault: 'host', status: 503, title: 'npm not found' },
  PACKAGE_INSTALL_FAILED: { fault: 'host', status: 502, title: 'npm install failed' },
  PACKAGE_BIN_UNKNOWN: { fault: 'caller', status: 422, title: 'Package has no such command' },
} as const

/** Makes the errors of the gateway. */
export const gatewayError = createErrorFactory(table)

/** An error that an upstream answered: passed on to the caller in the upstream's own words. */
export function upstreamAnsweredError(rpc: RpcErrorObject): NexusError {
  return gatewayError('UPSTREAM_ERROR', rpc.message, { details: { rpc } })
}

/** The JSON-RPC error an upstream answered, if `error` is one. */
export function upstreamRpcError(error: unknown): RpcErrorObject | undefined {
  if (typeof error !== 'object' || error === null || !('details' in error) || !isJsonObject(error.details))
    return undefined
  const { rpc } = error.details
  if (!isJsonObject(rpc)) return undefined
  const { code, message, data } = rpc
  if (typeof code !== 'number' || typeof message !== 'string') return undefined
  return data === undefined ? { code, message } : { code, message, data }
}
