import { randomUUID } from 'node:crypto'
import type { AuditTrail } from '../audit/audit.ts'
import { requirePermission } from '../identity/permission-check.ts'
import type { Principal } from '../identity/principal.ts'
import type { PolicyRuleRow, Store } from '../store/store.ts'
import { policyError } from './errors.ts'
import { RULES_PER_WORKSPACE } from './limits.ts'
import { readRule } from './rule-input.ts'
import type { RuleSource } from './rule-source.ts'

export type RuleRequest = Pick<PolicyRuleRow, 'role' | 'plugin' | 'tool' | 'effect'> &
  Partial<Pick<PolicyRuleRow, 'kind' | 'approval'>>

/** The allow, deny and ask rules. A change takes effect before its verb resolves. */
export interface PolicyRules {
  list(workspaceId: string): Promise<readonly PolicyRuleRow[]>
  /** Needs `policies:manage`; the rule is for the principal's workspace. */
  create(principal: Principal, rule: RuleRequest, requestId: string): Promise<PolicyRuleRow>
  /** False when there was none in the principal's workspace. Needs `policies:manage`. */
  remove(principal: Principal, ruleId: string, requestId: string): Promise<boolean>
  /** Reads the rules again, for example because another node changed them. */
  reload(): Promise<void>
}

export interface RulesOptions {
  readonly store: Pick<Store, 'policyRules'>
  readonly audit: Pick<AuditTrail, 'record'>
  readonly source: RuleSource
  readonly clock: () => Date
}

export function createRules({ store, audit, source, clock }: RulesOptions): PolicyRules {
  const record = (principal: Principal, action: string, rule: PolicyRuleRow, requestId: string): void => {
    const { id: target, role, plugin, kind, tool, effect, approval, workspaceId } = rule
    const terms = approval === undefined ? {} : { approvers: approversText(approval), self: approval.selfApproval }
    const details = { role, plugin, kind, tool, effect, ...terms }
    audit.record({ workspaceId, actor: principal.id, action, target, outcome: 'ok', requestId, details })
  }
  const list = async (workspaceId: string): Promise<readonly PolicyRuleRow[]> =>
    (await store.policyRules.list()).filter((rule) => rule.workspaceId === workspaceId)

  return {
    list,
    create: (principal, request, requestId) =>
      source.change(async (write) => {
        requirePermission(principal, 'policies:manage')
        const { workspaceId } = principal
        const read = readRule(request)
        const approval = read.effect === 'ask' ? read.approval : undefined
        const rule: PolicyRuleRow = { id: randomUUID(), workspaceId, ...read, approval, createdAt: clock() }
        requireRoom(await list(workspaceId))
        await write(() => store.policyRules.insert(rule))
        record(principal, 'policy.rule-created', rule, requestId)
        return rule
      }),
    remove: (principal, ruleId, requestId) =>
      source.change(async (write) => {
        requirePermission(principal, 'policies:manage')
        const rule = await store.policyRules.get(ruleId)
        if (rule?.workspaceId !== principal.workspaceId) return false
        const removed = await write(() => store.policyRules.remove(ruleId))
        if (removed) record(principal, 'policy.rule-removed', rule, requestId)
        return removed
      }),
    reload: () => source.reload(),
  }
}

function approversText({ approvers }: NonNullable<PolicyRuleRow['approval']>): string {
  return [...approvers.roles, ...approvers.users].join(', ')
}

function requireRoom(rules: readonly PolicyRuleRow[]): void {
  if (rules.length < RULES_PER_WORKSPACE) return
  throw policyError(
    'POLICY_TOO_MANY_RULES',
    `Expected fewer than ${RULES_PER_WORKSPACE} rules in a workspace, found ${rules.length}. Merge some with a trailing \`*\`.`,
  )
}
