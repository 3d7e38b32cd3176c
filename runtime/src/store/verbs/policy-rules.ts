import type { EntityManager } from 'typeorm'
import { policyRuleEntity } from '../entities/policy-rule.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function policyRuleVerbs(manager: EntityManager): Store['policyRules'] {
  return {
    ...rowsOf(manager, policyRuleEntity, (id: string) => ({ id })),
    list: () => tableOf(manager, policyRuleEntity).find({}, { createdAt: 'asc', id: 'asc' }),
  }
}
