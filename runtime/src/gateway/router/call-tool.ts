import type { JsonObject } from '@nexus/plugin-api'
import type { AuditTrail } from '../../audit/audit.ts'
import type { PolicyCall, PolicyPort, PolicyVerdict } from '../../policy/decide.ts'
import type { CallUse } from '../../sandbox/sandbox.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { RpcResult } from '../wire/rpc-result.ts'
import { forward } from './forward.ts'
import { recordCall } from './record-call.ts'
import type { Exposed } from './view.ts'

export interface CallDoors {
  readonly policy: PolicyPort
  readonly audit: Pick<AuditTrail, 'record'>
}

const NO_ARGUMENTS: JsonObject = {}

/** Fails closed: a policy that throws has denied. */
async function decide(policy: PolicyPort, call: PolicyCall): Promise<PolicyVerdict> {
  try {
    return await policy.decide(call)
  } catch {
    return { effect: 'deny', rule: 'policy-failed', reason: 'The policy could not decide.' }
  }
}

/** A tool call from route to audit: policy, upstream, review of the result. */
export async function callTool({ policy, audit }: CallDoors, call: Call, tool: Exposed): Promise<RpcResult> {
  const startedAt = performance.now()
  const { upstream, original } = tool
  const given = call.params?.['arguments']
  const asked: PolicyCall = {
    principal: call.principal,
    workspaceId: upstream.workspaceId,
    virtualServer: call.target.virtualServer,
    installationId: upstream.installationId,
    pluginId: upstream.pluginId,
    kind: 'tool',
    tool: original,
    arguments: isJsonObject(given) ? given : NO_ARGUMENTS,
    requestId: call.requestId,
  }
  const verdict = await decide(policy, asked)
  if (verdict.effect !== 'allow') {
    recordCall(audit, call, 'tool.denied', upstream, original, startedAt, { outcome: 'denied', rule: verdict.rule })
    throw gatewayError('POLICY_DENIED', `The call of \`${tool.exposed}\` was denied: ${verdict.reason}`, {
      details: { reason: verdict.reason, rule: verdict.rule },
    })
  }
  let use: CallUse | undefined
  const onUse = (more: CallUse): void => {
    use = use === undefined ? more : addUse(use, more)
  }
  try {
    const params = tool.exposed === original ? call.params : { ...call.params, name: original }
    const result = await forward(call, upstream, params, onUse)
    const reviewed = policy.inspectsResults(upstream.workspaceId)
      ? RpcResult.of(await policy.review(asked, result.value()))
      : result
    const outcome = reviewed.get('isError') === true ? 'failed' : 'ok'
    recordCall(audit, call, 'tool.called', upstream, original, startedAt, { outcome, use })
    return reviewed
  } catch (error) {
    recordCall(audit, call, 'tool.called', upstream, original, startedAt, { outcome: 'failed', error, use })
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
