import type { JsonObject } from '@nexus/plugin-api'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import {
  type Principal,
  ROLE_PERMISSIONS,
  type Role,
  systemPrincipal,
} from '../../../runtime/src/identity/principal.ts'
import type { PolicyCall } from '../../../runtime/src/policy/decide.ts'
import { openPolicy } from '../../../runtime/src/policy/open-policy.ts'
import type { PolicyPack, PolicyStage } from '../../../runtime/src/policy/packs.ts'
import type { Policy } from '../../../runtime/src/policy/policy.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { addWorkspace } from '../store/rows.ts'

export interface PolicyHost extends AsyncDisposable {
  readonly store: Store
  readonly policy: Policy
  readonly admin: Principal
  readonly events: AuditEvent[]
  readonly audit: { accepting: boolean; record(event: AuditEvent): void }
  principal(...roles: Role[]): Principal
  call(principal: Principal, change?: Partial<PolicyCall>): PolicyCall
  /** A pack of one policy, whose answer the test writes. */
  pack(stage: PolicyStage, ask: PolicyPack['ask'], change?: Partial<PolicyPack>): PolicyPack
}

export async function openPolicyHost(): Promise<PolicyHost> {
  const store = await openStore({ url: 'sqlite::memory:' })
  const { id: workspaceId } = await addWorkspace(store, 'main')
  const events: AuditEvent[] = []
  const audit = { accepting: true, record: (event: AuditEvent) => void events.push(event) }
  const policy = await openPolicy({ store, audit })
  const admin = systemPrincipal(workspaceId)
  return {
    store,
    policy,
    admin,
    events,
    audit,
    principal: (...roles) => ({
      ...admin,
      id: 'user:1',
      roles,
      permissions: new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role])),
    }),
    call: (principal, change = {}) => ({
      principal,
      workspaceId,
      virtualServer: undefined,
      installationId: 'i-notes',
      pluginId: 'acme/notes',
      kind: 'tool',
      tool: 'delete_note',
      arguments: { id: 7 },
      requestId: 'r',
      ...change,
    }),
    pack: (stage, ask, change = {}) => ({
      installationId: 'i-guard',
      pluginId: 'acme/guard',
      workspaceId,
      policies: [{ name: 'guard', stage }],
      ask,
      ...change,
    }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
}

export const answer = (decision: JsonObject) => async () => JSON.stringify(decision)
