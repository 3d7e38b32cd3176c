import type { PolicyEvent } from '@nexus/plugin-api'
import { askPolicy, policyName } from './ask-policy.ts'
import { type AskTerms, mergeTerms } from './ask-terms.ts'
import type { PolicyContext } from './context.ts'
import type { PolicyCall, PolicyVerdict } from './decide.ts'
import type { PackPolicy } from './packs.ts'
import { recordFailure } from './record-failure.ts'

/** Rules first, packs after them: deny beats ask, ask beats allow. Whatever it throws denies too. */
export function decideCall(context: PolicyContext, call: PolicyCall): PolicyVerdict | Promise<PolicyVerdict> {
  const { table } = context.rules
  if (table === undefined) return restoreAndDecide(context, call)
  const verdict = judgeByRules(context, call, table)
  if (verdict.effect === 'deny' || !context.packs.concern(call.workspaceId, 'call')) return verdict
  return consultPacks(context, call, verdict)
}

async function restoreAndDecide(context: PolicyContext, call: PolicyCall): Promise<PolicyVerdict> {
  const verdict = judgeByRules(context, call, await context.rules.restored())
  return verdict.effect === 'deny' ? verdict : consultPacks(context, call, verdict)
}

type Table = NonNullable<PolicyContext['rules']['table']>

function judgeByRules(context: PolicyContext, call: PolicyCall, table: Table): PolicyVerdict {
  if (!context.audit.accepting) return deny('audit-unavailable', 'The call could not be audited.')
  if (call.principal.workspaceId !== call.workspaceId) return deny('workspace', 'It is in another workspace.')
  if (context.packs.missing(call.workspaceId) !== undefined) {
    return deny('policy-pack-missing', 'A policy pack of this workspace does not run.')
  }
  return table.judge(call.principal, call.pluginId, call.tool, call.kind)
}

async function consultPacks(
  context: PolicyContext,
  call: PolicyCall,
  ruled: Exclude<PolicyVerdict, { effect: 'deny' }>,
): Promise<PolicyVerdict> {
  const event: PolicyEvent = {
    stage: 'call',
    kind: call.kind,
    tool: `${call.pluginId}:${call.tool}`,
    arguments: call.arguments,
    principal: { id: call.principal.id, roles: call.principal.roles },
  }
  const text = JSON.stringify(event)
  const policies = context.packs.policies(call.workspaceId, 'call')
  const verdicts = await Promise.all(policies.map((policy) => consult(context, call, policy, text)))
  const denial = verdicts.find(({ effect }) => effect === 'deny')
  if (denial !== undefined) return denial
  const [first, ...others] = [ruled, ...verdicts].filter((verdict) => verdict.effect === 'ask')
  if (first === undefined) return ruled
  return {
    effect: 'ask',
    rule: first.rule,
    reason: [first, ...others].map(({ reason }) => reason).join(' '),
    terms: mergeTerms(first.terms, ...others.map(({ terms }) => terms)),
  }
}

async function consult(
  context: PolicyContext,
  call: PolicyCall,
  policy: PackPolicy,
  event: string,
): Promise<PolicyVerdict> {
  const rule = policyName(policy)
  try {
    const decision = await askPolicy(policy, 'call', event, call.requestId)
    if (decision.effect === 'deny') return { effect: 'deny', rule, reason: decision.reason }
    if (decision.effect !== 'ask') return { effect: 'allow', rule }
    const { version } = policy.pack
    const terms: AskTerms = {
      approvers: [{ roles: decision.approvers, users: [] }],
      expiresSeconds: decision.expiresInSeconds,
      selfApproval: decision.callerMayApprove,
      sources: [version === undefined ? rule : `${rule}@${version}`],
    }
    return { effect: 'ask', rule, reason: decision.reason, terms }
  } catch (error) {
    recordFailure(context, call, rule, error)
    return { effect: 'deny', rule, reason: 'A policy could not decide (POLICY_FAILED).' }
  }
}

function deny(rule: string, reason: string): PolicyVerdict {
  return { effect: 'deny', rule, reason }
}
