import type { PolicyEvent } from '@nexus/plugin-api'
import { askPolicy, policyName } from './ask-policy.ts'
import type { PolicyContext } from './context.ts'
import type { PolicyCall, PolicyVerdict } from './decide.ts'
import { recordFailure } from './record-failure.ts'

/** Rules first, packs after them; any deny counts. Whatever it throws denies too. */
export async function decideCall(context: PolicyContext, call: PolicyCall): Promise<PolicyVerdict> {
  const verdict = await judgeByRules(context, call)
  if (verdict.effect === 'deny') return verdict
  const policies = context.packs.policies(call.workspaceId, 'call')
  if (policies.length === 0) return verdict
  const event: PolicyEvent = {
    stage: 'call',
    tool: `${call.pluginId}:${call.tool}`,
    arguments: call.arguments,
    principal: { id: call.principal.id, roles: call.principal.roles },
  }
  const text = JSON.stringify(event)
  const verdicts = await Promise.all(
    policies.map(async (policy): Promise<PolicyVerdict> => {
      const rule = policyName(policy)
      try {
        const decision = await askPolicy(policy, 'call', text, call.requestId)
        return decision.effect === 'deny'
          ? { effect: 'deny', rule, reason: decision.reason }
          : { effect: 'allow', rule }
      } catch (error) {
        recordFailure(context, call, rule, error)
        return { effect: 'deny', rule, reason: 'A policy could not decide (POLICY_FAILED).' }
      }
    }),
  )
  return verdicts.find(({ effect }) => effect === 'deny') ?? verdict
}

async function judgeByRules(context: PolicyContext, call: PolicyCall): Promise<PolicyVerdict> {
  if (!context.audit.accepting) return deny('audit-unavailable', 'The call could not be audited.')
  if (call.principal.workspaceId !== call.workspaceId) return deny('workspace', 'The tool is in another workspace.')
  if (context.packs.missing(call.workspaceId) !== undefined) {
    return deny('policy-pack-missing', 'A policy pack of this workspace does not run.')
  }
  const table = context.rules.table ?? (await context.rules.restored())
  return table.judge(call.principal, call.pluginId, call.tool)
}

function deny(rule: string, reason: string): PolicyVerdict {
  return { effect: 'deny', rule, reason }
}
