import type { JsonObject } from '@nexus/plugin-api'
import type { CallUse } from '../../sandbox/sandbox.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { MAX_INPUT_ROUNDS } from '../limits.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { RpcResult } from '../wire/rpc-result.ts'

/** Sends a call upstream; a legacy client is asked for the input that a modern upstream wants before it goes on. */
export async function forward(
  call: Call,
  upstream: Upstream,
  params: JsonObject | undefined,
  onUse?: (use: CallUse) => void,
): Promise<RpcResult> {
  const send = (sent: JsonObject | undefined) =>
    upstream.request({
      method: call.method,
      params: sent,
      requestId: call.requestId,
      principal: call.principal,
      ancestry: call.ancestry,
      client: call.client,
      signal: call.signal,
      onNotification: call.notify,
      ...(call.ask === undefined ? {} : { onRequest: call.ask }),
      ...(onUse === undefined ? {} : { onUse }),
    })
  let result = await send(params)
  if (call.era === 'modern') return result
  for (let round = 0; result.get('resultType') === 'input_required'; round += 1) {
    if (round === MAX_INPUT_ROUNDS) {
      throw gatewayError(
        'INPUT_ROUNDS',
        `Expected at most ${MAX_INPUT_ROUNDS} rounds of input, found the upstream asking again.`,
      )
    }
    const inputResponses = await answerInputs(call, result)
    const requestState = result.get('requestState')
    result = await send({ ...params, inputResponses, ...(requestState === undefined ? {} : { requestState }) })
  }
  return result
}

async function answerInputs(call: Call, result: RpcResult): Promise<JsonObject> {
  const { ask } = call
  const requests = result.get('inputRequests')
  const wanted = isJsonObject(requests) ? Object.entries(requests) : []
  const answers: Record<string, JsonObject> = {}
  for (const [key, request] of wanted) {
    if (ask === undefined || !isJsonObject(request) || typeof request['method'] !== 'string') {
      throw gatewayError(
        'INPUT_UNSUPPORTED',
        'Expected a client that can be asked within a call, found one that accepts no event stream.',
      )
    }
    const params = isJsonObject(request['params']) ? request['params'] : undefined
    answers[key] = await ask({ method: request['method'], params })
  }
  return answers
}
