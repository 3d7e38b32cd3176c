import type { JsonValue } from '@nexus/plugin-api'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { UpstreamMessage } from '../upstream/upstream.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { MAX_QUESTIONS } from './limits.ts'

/** A question of a modern upstream, under the name it gave it. */
export type InputRequest = readonly [key: string, message: UpstreamMessage]

/** The questions of an `input_required` result; none of any other. */
export function readInputRequests(result: RpcResult): readonly InputRequest[] {
  if (result.get('resultType') !== 'input_required') return []
  const requests = result.get('inputRequests')
  if (!isJsonObject(requests)) return []
  const entries = Object.entries(requests)
  if (entries.length > MAX_QUESTIONS) {
    const problem = `Expected at most ${MAX_QUESTIONS} questions at once, found ${entries.length}.`
    throw gatewayError('UPSTREAM_PROTOCOL', problem)
  }
  return entries.map(([key, request]) => [key, readRequest(request)])
}

function readRequest(request: JsonValue): UpstreamMessage {
  const method = isJsonObject(request) ? request['method'] : undefined
  if (!isJsonObject(request) || typeof method !== 'string') {
    const problem = 'Expected a request with a `method` in `inputRequests`, found another value.'
    throw gatewayError('UPSTREAM_PROTOCOL', problem)
  }
  return { method, params: isJsonObject(request['params']) ? request['params'] : undefined }
}
