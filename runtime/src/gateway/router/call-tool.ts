import type { AuditTrail } from '../../audit/audit.ts'
import type { PolicyCall, PolicyPort } from '../../policy/decide.ts'
import type { CallUse } from '../../sandbox/sandbox.ts'
import type { Approvals } from '../approvals/open-approvals.ts'
import type { Bridge } from '../bridge/bridge.ts'
import type { ResultCache } from '../cache/index.ts'
import type { Call } from '../call.ts'
import type { ToolSearch } from '../search/tool-search.ts'
import { applyArguments } from '../virtual/arguments.ts'
import type { CallRates } from '../virtual/call-rates.ts'
import { passServer } from '../virtual/pass-server.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { admitCall, ruleOf } from './admit-call.ts'
import { argumentsOf } from './extension-method.ts'
import { forward } from './forward.ts'
import { recordCall } from './record-call.ts'
import { reviewResult } from './review-result.ts'
import type { Exposed } from './view.ts'

export interface CallDoors {
  readonly policy: PolicyPort
  readonly audit: Pick<AuditTrail, 'record'>
  /** Limits of virtual servers. */
  readonly rates: CallRates
  readonly approvals: Pick<Approvals, 'gate'>
  readonly bridge: Bridge
  readonly cache: ResultCache
  readonly search: ToolSearch
}

/** A tool call from route to audit: policy, upstream, review of the result. */
export async function callTool(doors: CallDoors, incoming: Call, tool: Exposed): Promise<RpcResult> {
  const { policy, audit, bridge } = doors
  const startedAt = performance.now()
  const { upstream, original } = tool
  passServer(doors, incoming, tool.server, { kind: 'tool', upstream, key: original, entry: tool.entry })
  const call = applyArguments(incoming, tool)
  const asked: PolicyCall = {
    principal: call.principal,
    workspaceId: upstream.workspaceId,
    virtualServer: call.target.virtualServer,
    installationId: upstream.installationId,
    pluginId: upstream.pluginId,
    kind: 'tool',
    tool: original,
    arguments: argumentsOf(call.method, call.params),
    requestId: call.requestId,
  }
  const admitted = admitCall(doors, call, asked, tool, startedAt)
  const passage = admitted instanceof Promise ? await admitted : admitted
  if (passage instanceof RpcResult) return passage
  let use: CallUse | undefined
  const onUse = (more: CallUse): void => {
    use = use === undefined ? more : addUse(use, more)
  }
  try {
    const sent = passage?.params ?? call.params
    const params = tool.exposed === original ? sent : { ...sent, name: original }
    const send = (asking: Call) => forward(bridge, asking, upstream, params, onUse)
    // What was approved runs, and runs once.
    const { result, cached } =
      passage === undefined
        ? await doors.cache.call(call, tool, params, send)
        : { result: await send(call), cached: false }
    const reviewed = policy.inspectsResults(upstream.workspaceId) ? await reviewResult(policy, asked, result) : result
    const outcome = reviewed.get('isError') === true ? 'failed' : 'ok'
    recordCall(audit, call, 'tool.called', upstream, original, startedAt, { outcome, use, cached, ...ruleOf(passage) })
    return passage === undefined ? reviewed : passage.conclude(reviewed)
  } catch (error) {
    recordCall(audit, call, 'tool.called', upstream, original, startedAt, {
      outcome: 'failed',
      error,
      use,
      ...ruleOf(passage),
    })
    throw error
  }
}

/** A call that asked the client for input in between has run in several rounds. */
function addUse(left: CallUse, right: CallUse): CallUse {
  const cpu = (left.cpuMicroseconds ?? 0) + (right.cpuMicroseconds ?? 0)
  return {
    cpuMicroseconds: left.cpuMicroseconds === undefined && right.cpuMicroseconds === undefined ? undefined : cpu,
    wallMs: left.wallMs + right.wallMs,
    heapBytes: right.heapBytes ?? left.heapBytes,
    capabilityCalls: left.capabilityCalls + right.capabilityCalls,
    bytesIn: left.bytesIn + right.bytesIn,
    bytesOut: left.bytesOut + right.bytesOut,
  }
}
