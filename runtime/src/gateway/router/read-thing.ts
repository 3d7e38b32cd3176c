import type { JsonObject } from '@nexus/plugin-api'
import type { PolicyCall } from '../../policy/decide.ts'
import type { Call } from '../call.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { admitCall, ruleOf } from './admit-call.ts'
import type { CallDoors } from './call-tool.ts'
import { forward } from './forward.ts'
import { recordCall } from './record-call.ts'
import { reviewResult } from './review-result.ts'

/** A resource or prompt that a client reads. */
export interface ReadThing {
  readonly kind: 'resource' | 'prompt'
  readonly upstream: Upstream
  /** At its upstream: a prompt's own name, a resource's URI. */
  readonly name: string
  /** As the client knows it. */
  readonly exposed: string
  readonly entry: JsonObject | undefined
  readonly arguments: JsonObject
}

/** Reads a resource or prompt on the way of every tool call: policy, upstream, review of the result, audit. */
export async function readThing(doors: CallDoors, call: Call, thing: ReadThing): Promise<RpcResult> {
  const { policy, audit, bridge, cache } = doors
  const { kind, upstream, name } = thing
  const startedAt = performance.now()
  const action = `${kind}.read`
  const asked: PolicyCall = {
    principal: call.principal,
    workspaceId: upstream.workspaceId,
    virtualServer: call.target.virtualServer,
    installationId: upstream.installationId,
    pluginId: upstream.pluginId,
    kind,
    tool: name,
    arguments: thing.arguments,
    requestId: call.requestId,
  }
  const admitted = admitCall(doors, call, asked, thing, startedAt)
  const passage = admitted instanceof Promise ? await admitted : admitted
  if (passage instanceof RpcResult) return passage
  const rule = ruleOf(passage)
  try {
    const sent = passage?.params ?? call.params
    const send = (asking: Call) => forward(bridge, asking, upstream, kind === 'prompt' ? { ...sent, name } : sent)
    const { result, cached } =
      kind === 'resource' && passage === undefined
        ? await cache.read(call, upstream, name, sent, send)
        : { result: await send(call), cached: false }
    const reviewed = policy.inspectsResults(upstream.workspaceId) ? await reviewResult(policy, asked, result) : result
    recordCall(audit, call, action, upstream, name, startedAt, { outcome: 'ok', cached, ...rule })
    return passage === undefined ? reviewed : passage.conclude(reviewed)
  } catch (error) {
    recordCall(audit, call, action, upstream, name, startedAt, { outcome: 'failed', error, ...rule })
    throw error
  }
}
