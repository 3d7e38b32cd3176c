import type { JsonValue } from '@nexus/plugin-api'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { UpstreamMessage } from '../upstream/upstream.ts'
import type { RpcResult } from '../wire/rpc-result.ts'

/** A question of a modern upstream, under the name it gave it. */
export type InputRequest = readonly [key: string, message: UpstreamMessage]

/** The questions of an `input_required` result; none of any other. */
export function readInputRequests(result: RpcResult): readonly InputRequest[] {
  if (result.get('resultType') !== 'input_required') return []
  const requests = result.get('inputRequests')
  return isJsonObject(requests) ? Object.entries(requests).map(([key, request]) => [key, readRequest(request)]) : []
}

function readRequest(request: JsonValue): UpstreamMessage {
  const method = isJsonObject(request) ? request['method'] : undefined
  if (!isJsonObject(request) || typeof method !== 'string') {
    const problem = 'Expected a request with a `method` in `inputRequests`, found another value.'
    throw gatewayError('UPSTREAM_PROTOCOL', problem)
  }
  return { method, params: isJsonObject(request['params']) ? request['params'] : undefined }
}
