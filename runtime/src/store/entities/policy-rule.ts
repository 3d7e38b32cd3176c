import { EntitySchema } from 'typeorm'
import { date, inWorkspace, key, optionalJson, text } from '../columns.ts'
import type { PolicyRuleRow } from '../store.ts'

export const policyRuleEntity = new EntitySchema<PolicyRuleRow>({
  name: 'policy_rule',
  columns: {
    id: key('id', 'pk_policy_rule'),
    workspaceId: text('workspace_id'),
    role: text('role'),
    plugin: text('plugin'),
    kind: { ...text('kind'), default: 'tool' },
    tool: text('tool'),
    effect: text('effect'),
    approval: optionalJson('approval'),
    createdAt: date('created_at'),
  },
  indices: [{ name: 'ix_policy_rule_workspace', columns: ['workspaceId'] }],
  foreignKeys: [inWorkspace('fk_policy_rule_workspace')],
})
