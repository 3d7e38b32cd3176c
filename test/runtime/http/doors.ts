import { randomUUID } from 'node:crypto'
import { type AuditTrail, openAuditTrail } from '../../../runtime/src/audit/index.ts'
import type { PolicyRulesPort, SecretsPort } from '../../../runtime/src/http/ports.ts'
import type { PolicyPort } from '../../../runtime/src/policy/decide.ts'
import { createLogger } from '../../../runtime/src/telemetry/index.ts'
import type { Store } from '../../../runtime/src/store/store.ts'

/** TEMPORARY until the rooms are there. */
export async function openDoors(
  store: Store,
  stack: AsyncDisposableStack,
): Promise<{ audit: AuditTrail; policy: PolicyPort; policyRules: PolicyRulesPort; secrets: SecretsPort }> {
  const logger = createLogger({ level: 'silent' })
  const audit = stack.use(openAuditTrail({ store, logger }))
  const policy: PolicyPort = {
    decide: async () => ({ effect: 'allow', rule: 'test' }),
    isVisible: () => true,
    inspectsResults: () => false,
    review: async (_call, result) => result,
  }
  const policyRules: PolicyRulesPort = {
    list: async (workspaceId) => (await store.policyRules.list()).filter((row) => row.workspaceId === workspaceId),
    async create(principal, rule) {
      const row = { ...rule, id: randomUUID(), workspaceId: principal.workspaceId, createdAt: new Date() }
      await store.policyRules.insert(row)
      return row
    },
    remove: async (_principal, id) => await store.policyRules.remove(id),
  }
  const secrets: SecretsPort = {
    list: async (workspaceId) => await store.secrets.ofWorkspace(workspaceId),
    async put(principal, name) {
      const row = {
        workspaceId: principal.workspaceId,
        name,
        version: 1,
        sealed: 'x',
        createdAt: new Date(),
        updatedAt: new Date(),
      }
      await store.secrets.insert(row)
      return row
    },
    remove: async (principal, name) => await store.secrets.remove({ workspaceId: principal.workspaceId, name }),
  }
  return { audit, policy, policyRules, secrets }
}
