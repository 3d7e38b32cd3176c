import type { JsonObject } from '@nexus/plugin-api'
import type { CallUse } from '../../sandbox/sandbox.ts'
import { askInRounds } from '../bridge/ask-in-rounds.ts'
import type { Bridge } from '../bridge/bridge.ts'
import { canBeAsked, missingCapability } from '../bridge/missing-capability.ts'
import type { Life } from '../bridge/parked-call.ts'
import { unsupported } from '../bridge/questions.ts'
import type { RequestState } from '../bridge/request-state.ts'
import type { Call } from '../call.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { RpcResult } from '../wire/rpc-result.ts'

/** Sends a call upstream, whatever the eras of the two: what the upstream asks reaches the client in the client's way. */
export async function forward(
  bridge: Bridge,
  call: Call,
  upstream: Upstream,
  params: JsonObject | undefined,
  onUse?: (use: CallUse) => void,
): Promise<RpcResult> {
  const send = (sent: JsonObject | undefined, life: Partial<Life>) =>
    upstream.request({
      method: call.method,
      params: sent,
      requestId: call.requestId,
      principal: call.principal,
      ancestry: call.ancestry,
      client: call.client,
      signal: call.signal,
      onNotification: call.notify,
      ...(onUse === undefined ? {} : { onUse }),
      ...life,
    })
  if (call.era === 'legacy') return askInRounds(call, params, (sent) => send(sent, withinCall(call)))
  const state = bridge.open(call, upstream, params)
  if (state?.kind === 'parked') return bridge.resume(call, upstream, state, params)
  const own = state === undefined ? params : unwrapped(params, state)
  const ask = async (life: Partial<Life>): Promise<RpcResult> => {
    try {
      const result = await send(own, life)
      return result.get('resultType') === 'input_required' ? bridge.wrap(call, upstream, result) : result
    } catch (error) {
      return bridge.visitFirst(call, upstream, error)
    }
  }
  return canBeAsked(call.client.capabilities) ? bridge.begin(call, upstream, ask) : ask({})
}

/** A legacy client is asked on the stream of its call, as long as that lasts. */
function withinCall(call: Call): Partial<Life> {
  const { ask, client } = call
  if (ask === undefined) return {}
  return {
    onRequest: (message, withdrawn) =>
      missingCapability(client.capabilities, message) === undefined
        ? ask(message, withdrawn)
        : Promise.reject(unsupported(message)),
  }
}

/** The request as the upstream knows it: with its own state, or as if it were new when it never had one. */
function unwrapped(
  params: JsonObject | undefined,
  { state }: Extract<RequestState, { kind: 'upstream' }>,
): JsonObject | undefined {
  if (state !== undefined) return { ...params, requestState: state }
  const { inputResponses: _visited, requestState: _ours, ...rest } = params ?? {}
  return rest
}
