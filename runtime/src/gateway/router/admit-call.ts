import type { PolicyCall, PolicyPort, PolicyVerdict } from '../../policy/decide.ts'
import { carriesApproval } from '../approvals/approval-state.ts'
import type { Passage } from '../approvals/gate.ts'
import type { Guarded } from '../approvals/make-row.ts'
import { gatewayError } from '../errors.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { CallDoors } from './call-tool.ts'
import { recordCall } from './record-call.ts'

/** Fails closed: a policy that throws has denied. */
async function decide(policy: PolicyPort, call: PolicyCall): Promise<PolicyVerdict> {
  try {
    return await policy.decide(call)
  } catch {
    return { effect: 'deny', rule: 'policy-failed', reason: 'The policy could not decide.' }
  }
}

/**
 * Policy before anything goes upstream. Answers `undefined` for what is simply allowed, a passage for what was approved,
 * and a result for a client that has to come again; fails with what was denied.
 */
export async function admitCall(
  { policy, audit, approvals }: CallDoors,
  guarded: Guarded,
  startedAt: number,
): Promise<Passage | RpcResult | undefined> {
  const { call, asked, upstream, exposed } = guarded
  const verdict = await decide(policy, asked)
  if (verdict.effect === 'allow' && !carriesApproval(call.params)) return undefined
  const action = `${asked.kind}.denied`
  const { rule } = verdict
  if (verdict.effect === 'deny') {
    recordCall(audit, call, action, upstream, asked.tool, startedAt, { outcome: 'denied', rule })
    const { reason, matched } = verdict
    throw gatewayError('POLICY_DENIED', `The call of \`${exposed}\` was denied: ${reason}`, {
      details: { reason, rule, ...(matched === undefined ? {} : { matched }) },
    })
  }
  try {
    return await approvals.gate(guarded, verdict)
  } catch (error) {
    recordCall(audit, call, action, upstream, asked.tool, startedAt, { outcome: 'denied', rule, error })
    throw error
  }
}

/** How the audit trail names what a call ran under. */
export function ruleOf(passage: Passage | undefined): { readonly rule: string } | undefined {
  return passage?.approval === undefined ? undefined : { rule: `approval:${passage.approval}` }
}
