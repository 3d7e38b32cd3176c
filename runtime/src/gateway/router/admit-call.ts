import type { PolicyCall, PolicyPort, PolicyVerdict } from '../../policy/decide.ts'
import { carriesApproval } from '../approvals/approval-state.ts'
import type { Passage } from '../approvals/gate.ts'
import type { Guarded } from '../approvals/make-row.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { CallDoors } from './call-tool.ts'
import { recordCall } from './record-call.ts'

/** `undefined` for what is simply allowed; a passage for what was approved; a result for a client that has to come again. */
export type Admission = Passage | RpcResult | undefined

/** What a call is about. */
type Thing = Pick<Guarded, 'upstream' | 'exposed' | 'entry'>

const UNDECIDED: PolicyVerdict = { effect: 'deny', rule: 'policy-failed', reason: 'The policy could not decide.' }

/**
 * Policy before anything goes upstream; fails with what was denied. Answers without a promise and makes nothing where
 * rules simply allow, which is nearly always.
 */
export function admitCall(
  doors: CallDoors,
  call: Call,
  asked: PolicyCall,
  thing: Thing,
  startedAt: number,
): Admission | Promise<Admission> {
  const verdict = decide(doors.policy, asked)
  if (verdict instanceof Promise) {
    return verdict.then((later) =>
      isPlain(later, call) ? undefined : goOn(doors, call, asked, thing, startedAt, later),
    )
  }
  return isPlain(verdict, call) ? undefined : goOn(doors, call, asked, thing, startedAt, verdict)
}

/** Fails closed: a policy that throws has denied. */
function decide(policy: PolicyPort, asked: PolicyCall): PolicyVerdict | Promise<PolicyVerdict> {
  try {
    const verdict = policy.decide(asked)
    return verdict instanceof Promise ? verdict.catch(() => UNDECIDED) : verdict
  } catch {
    return UNDECIDED
  }
}

function isPlain(verdict: PolicyVerdict, call: Call): boolean {
  return verdict.effect === 'allow' && !carriesApproval(call.params)
}

async function goOn(
  { audit, approvals }: CallDoors,
  call: Call,
  asked: PolicyCall,
  { upstream, exposed, entry }: Thing,
  startedAt: number,
  verdict: PolicyVerdict,
): Promise<Admission> {
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
    return await approvals.gate({ call, asked, upstream, exposed, entry }, verdict)
  } catch (error) {
    recordCall(audit, call, action, upstream, asked.tool, startedAt, { outcome: 'denied', rule, error })
    throw error
  }
}

/** How the audit trail names what a call ran under. */
export function ruleOf(passage: Passage | undefined): { readonly rule: string } | undefined {
  return passage?.approval === undefined ? undefined : { rule: `approval:${passage.approval}` }
}
