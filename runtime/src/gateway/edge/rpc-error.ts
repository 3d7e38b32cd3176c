import { NexusError, type JsonValue } from '@nexus/plugin-api'
import { upstreamRpcError } from '../errors.ts'
import { isJsonObject, type RpcErrorObject } from '../json-rpc.ts'
import { type Era, RPC } from '../protocol.ts'

// All JSON-RPC error forms of the gateway are made here.

/** Codes of the host that have a code of their own on the wire; -32000 to -32019 are free for implementations. */
const WIRE_CODES: Readonly<Record<string, number>> = {
  PARSE_FAILED: RPC.parse,
  MESSAGE_INVALID: RPC.invalidRequest,
  METHOD_UNKNOWN: RPC.methodNotFound,
  PARAMS_INVALID: RPC.invalidParams,
  CURSOR_INVALID: RPC.invalidParams,
  ARGUMENT_FIXED: RPC.invalidParams,
  TOOL_UNKNOWN: RPC.invalidParams,
  PROMPT_UNKNOWN: RPC.invalidParams,
  ENVELOPE_INVALID: RPC.invalidParams,
  HEADER_MISMATCH: RPC.headerMismatch,
  VERSION_UNSUPPORTED: RPC.unsupportedVersion,
  STATE_INVALID: RPC.invalidParams,
  STATE_EXPIRED: RPC.invalidParams,
  STATE_USED: RPC.invalidParams,
  STATE_ELSEWHERE: RPC.invalidParams,
  SESSION_UNKNOWN: -32001,
  POLICY_DENIED: -32010,
  CALL_TIMEOUT: -32011,
  CALL_CANCELLED: -32012,
  INPUT_UNSUPPORTED: -32013,
  UPSTREAM_DIED: -32014,
  UPSTREAM_UNREACHABLE: -32015,
  UPSTREAM_TIMEOUT: -32016,
}
const OTHER = -32000

/** Errors whose `data` the specification defines, without additions of ours. */
const SPECIFIED_DATA: ReadonlySet<string> = new Set(['VERSION_UNSUPPORTED', 'HEADER_MISMATCH'])

function asJson(details: Readonly<Record<string, unknown>>): Record<string, JsonValue> {
  const value: unknown = JSON.parse(JSON.stringify(details))
  return isJsonObject(value) ? { ...value } : {}
}

/** What a caller is told of an error. Stacks and errors without a code stay inside. */
export function toRpcError(error: unknown, era: Era, requestId: string): RpcErrorObject {
  const answered = upstreamRpcError(error)
  if (answered !== undefined) return answered
  if (!(error instanceof NexusError)) {
    return {
      code: RPC.internal,
      message: `Internal error. Request id: ${requestId}.`,
      data: { code: 'INTERNAL', requestId },
    }
  }
  const details = asJson(error.details)
  if (error.code === 'RESOURCE_UNKNOWN') {
    const code = era === 'legacy' ? RPC.resourceNotFound : RPC.invalidParams
    return { code, message: error.message, data: { ...details, code: error.code, requestId } }
  }
  const code = WIRE_CODES[error.code] ?? OTHER
  const data = SPECIFIED_DATA.has(error.code)
    ? details
    : { ...details, code: error.code, fault: error.fault, requestId }
  return { code, message: error.message, data }
}

/** Statuses of errors that the edge itself finds in a modern request, by the specification. */
const MODERN_STATUS: ReadonlyMap<string, number> = new Map([
  ['PARSE_FAILED', 400],
  ['MESSAGE_INVALID', 400],
  ['ENVELOPE_INVALID', 400],
  ['HEADER_MISMATCH', 400],
  ['VERSION_UNSUPPORTED', 400],
  ['METHOD_UNKNOWN', 404],
  ['LISTENER_LIMIT', 429],
])

/** The HTTP status that goes with a JSON-RPC error of a modern request; everything a handler answers is 200. */
export function modernStatus(error: unknown): number {
  if (upstreamRpcError(error)?.code === RPC.missingCapability) return 400
  return error instanceof NexusError ? (MODERN_STATUS.get(error.code) ?? 200) : 200
}

/** The HTTP status of what is refused before any message is read. */
export function transportStatus(error: unknown): number {
  return error instanceof NexusError ? error.status : 500
}
