import type { JsonObject } from '@nexus/plugin-api'
import { upstreamRpcError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { missingCapability } from './missing-capability.ts'

/** `URLElicitationRequired` of revision 2025-11-25: visit these URLs, then send the request again. */
const VISIT_FIRST = -32042

/**
 * The same as `inputRequests` of the modern revision, which has no such error; `undefined` for other errors, and for
 * clients that do not visit URLs.
 */
export function visitsFirst(error: unknown, capabilities: JsonObject): JsonObject | undefined {
  const rpc = upstreamRpcError(error)
  const data = rpc?.code === VISIT_FIRST ? rpc.data : undefined
  const wanted =
    isJsonObject(data) && Array.isArray(data['elicitations']) ? data['elicitations'].filter(isJsonObject) : []
  const method = 'elicitation/create'
  const requests = wanted.map(
    (params, index) => [`visit-${index + 1}`, { method, params: { ...params, mode: 'url' } }] as const,
  )
  if (requests.length === 0) return undefined
  const asked = requests.every(([, message]) => missingCapability(capabilities, message) === undefined)
  return asked ? Object.fromEntries(requests) : undefined
}
