import type { AuditTrail } from '../../audit/audit.ts'
import { requirePermission } from '../../identity/permission-check.ts'
import type { Principal } from '../../identity/principal.ts'
import type { DefinitionKey, DefinitionRow, DefinitionSettingRow } from '../../store/definition.ts'
import type { Store } from '../../store/store.ts'
import { DEFAULT_SETTING, type DefinitionReview } from './definition-review.ts'
import { driftError } from './errors.ts'

/** Names one held definition as it was shown. */
export interface HeldReference extends DefinitionKey {
  /** Of what is held: a definition that changed meanwhile is another one. */
  readonly digest: string
}

/** Where people decide on held definitions. */
export interface DefinitionDesk {
  /** What is held in a workspace; rejected ones are held too, but wait for nobody. */
  held(workspaceId: string): Promise<readonly DefinitionRow[]>
  /** How many of them wait for a person. */
  waiting(workspaceId: string): Promise<number>
  /** What clients get in place of a changed definition, by installation. */
  served(workspaceId: string): Promise<(installationId: string) => DefinitionSettingRow['served']>
  /** Calls back when that may have changed in a workspace. */
  onChange(listener: (workspaceId: string) => void): Disposable
  approve(principal: Principal, reference: HeldReference, requestId: string): Promise<void>
  reject(principal: Principal, reference: HeldReference, requestId: string): Promise<void>
  setting(workspaceId: string, installationId: string): Promise<DefinitionSettingRow>
  change(
    principal: Principal,
    installationId: string,
    change: Partial<Pick<DefinitionSettingRow, 'approval' | 'served'>>,
    requestId: string,
  ): Promise<DefinitionSettingRow>
  /** Forgets an installation that is gone. */
  forget(installationId: string): Promise<void>
}

export interface DefinitionDeskOptions {
  readonly store: Pick<Store, 'definitions' | 'installations'>
  readonly audit: Pick<AuditTrail, 'record'>
  readonly review: Pick<DefinitionReview, 'decided' | 'onChange'>
}

export function createDefinitionDesk({ store, audit, review }: DefinitionDeskOptions): DefinitionDesk {
  const { definitions } = store
  const find = async (principal: Principal, reference: HeldReference): Promise<DefinitionRow> => {
    requirePermission(principal, 'installations:manage')
    const row = await definitions.get(reference)
    if (row?.workspaceId !== principal.workspaceId || row.heldDigest === undefined) {
      const problem = `Expected a held ${reference.kind} \`${reference.name}\` of ${reference.upstreamId}, found none.`
      throw driftError('DEFINITION_UNKNOWN', `${problem} Look at the list again.`)
    }
    return row
  }
  const finish = (
    principal: Principal,
    action: string,
    row: DefinitionRow,
    { digest }: HeldReference,
    done: boolean,
    requestId: string,
  ): void => {
    if (!done) {
      const problem = `Expected ${row.kind} \`${row.name}\` to be held as it was shown, found that it changed or was decided.`
      throw driftError('DEFINITION_CHANGED', `${problem} Look at it again.`)
    }
    const { workspaceId, pluginId, kind, name, label } = row
    const target = `${pluginId}:${kind === 'instructions' ? kind : `${kind}:${name}`}`
    const details = { upstream: label, digest, flags: row.flags.map(({ code }) => code).join(' ') }
    audit.record({ workspaceId, actor: principal.id, action, target, outcome: 'ok', requestId, details })
    review.decided(workspaceId)
  }
  const setting = async (workspaceId: string, installationId: string): Promise<DefinitionSettingRow> => {
    const installation = await store.installations.get(installationId)
    if (installation?.workspaceId !== workspaceId) {
      const problem = `Expected an installation of this workspace, found none of the id ${installationId}.`
      throw driftError('DEFINITION_UNKNOWN', problem)
    }
    return (await definitions.setting(installationId)) ?? { installationId, workspaceId, ...DEFAULT_SETTING }
  }
  return {
    held: (workspaceId) => definitions.heldOf(workspaceId),
    waiting: async (workspaceId) =>
      (await definitions.heldOf(workspaceId)).filter(({ rejectedAt }) => rejectedAt === undefined).length,
    async served(workspaceId) {
      const rows = await definitions.settings(workspaceId)
      const byInstallation = new Map(rows.map((row) => [row.installationId, row.served]))
      return (installationId) => byInstallation.get(installationId) ?? DEFAULT_SETTING.served
    },
    onChange: (listener) => review.onChange(listener),
    async approve(principal, reference, requestId) {
      const row = await find(principal, reference)
      const done = await definitions.approve(reference, reference.digest, principal.id, new Date())
      finish(principal, 'definition.approved', row, reference, done, requestId)
    },
    async reject(principal, reference, requestId) {
      const row = await find(principal, reference)
      const done = await definitions.reject(reference, reference.digest, principal.id, new Date())
      finish(principal, 'definition.rejected', row, reference, done, requestId)
    },
    setting,
    async change(principal, installationId, change, requestId) {
      requirePermission(principal, 'installations:manage')
      const { workspaceId } = principal
      const row = { ...(await setting(workspaceId, installationId)), ...change }
      await definitions.putSetting(row)
      const { approval, served } = row
      const event = { workspaceId, actor: principal.id, action: 'definition.setting-changed', target: installationId }
      audit.record({ ...event, outcome: 'ok', requestId, details: { approval, served } })
      review.decided(workspaceId)
      return row
    },
    forget: (installationId) => definitions.clear(installationId),
  }
}
