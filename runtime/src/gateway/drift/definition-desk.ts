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

export function createDefinitionDesk(options: DefinitionDeskOptions): DefinitionDesk {
  const { store, audit, review } = options
  const { definitions } = store
  return {
    ...readings(options),
    async approve(principal, reference, requestId) {
      const row = await findHeld(options, principal, reference)
      const done = await definitions.approve(reference, reference.digest, principal.id, new Date())
      finish(options, { principal, action: 'definition.approved', row, done, requestId })
    },
    async reject(principal, reference, requestId) {
      const row = await findHeld(options, principal, reference)
      const done = await definitions.reject(reference, reference.digest, principal.id, new Date())
      finish(options, { principal, action: 'definition.rejected', row, done, requestId })
    },
    async change(principal, installationId, change, requestId) {
      requirePermission(principal, 'installations:manage')
      const { workspaceId } = principal
      const row = { ...(await settingOf(store, workspaceId, installationId)), ...change }
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

function readings({
  store,
  review,
}: DefinitionDeskOptions): Pick<DefinitionDesk, 'held' | 'waiting' | 'served' | 'onChange' | 'setting'> {
  const { definitions } = store
  return {
    held: (workspaceId) => definitions.heldOf(workspaceId),
    waiting: (workspaceId) => definitions.countWaiting(workspaceId),
    async served(workspaceId) {
      const rows = await definitions.settings(workspaceId)
      const byInstallation = new Map(rows.map((row) => [row.installationId, row.served]))
      return (installationId) => byInstallation.get(installationId) ?? DEFAULT_SETTING.served
    },
    onChange: (listener) => review.onChange(listener),
    setting: (workspaceId, installationId) => settingOf(store, workspaceId, installationId),
  }
}

async function findHeld(
  { store }: DefinitionDeskOptions,
  principal: Principal,
  reference: HeldReference,
): Promise<DefinitionRow> {
  requirePermission(principal, 'installations:manage')
  const row = await store.definitions.get(reference)
  if (row?.workspaceId === principal.workspaceId && row.heldDigest !== undefined) return row
  const problem = `Expected a held ${reference.kind} \`${reference.name}\` of ${reference.upstreamId}, found none.`
  throw driftError('DEFINITION_UNKNOWN', `${problem} Look at the list again.`)
}

interface Decision {
  readonly principal: Principal
  readonly action: 'definition.approved' | 'definition.rejected'
  readonly row: DefinitionRow
  /** Whether the definition was still the one that was shown. */
  readonly done: boolean
  readonly requestId: string
}

function finish({ audit, review }: DefinitionDeskOptions, { principal, action, row, done, requestId }: Decision): void {
  const { workspaceId, pluginId, kind, name, label, flags, heldDigest = '' } = row
  if (!done) {
    const problem = `Expected ${kind} \`${name}\` to be held as it was shown, found that it changed or was decided.`
    throw driftError('DEFINITION_CHANGED', `${problem} Look at it again.`)
  }
  const target = `${pluginId}:${kind === 'instructions' ? kind : `${kind}:${name}`}`
  const details = { upstream: label, digest: heldDigest, flags: flags.map(({ code }) => code).join(' ') }
  audit.record({ workspaceId, actor: principal.id, action, target, outcome: 'ok', requestId, details })
  review.decided(workspaceId)
}

async function settingOf(
  { definitions, installations }: DefinitionDeskOptions['store'],
  workspaceId: string,
  installationId: string,
): Promise<DefinitionSettingRow> {
  const installation = await installations.get(installationId)
  if (installation?.workspaceId !== workspaceId) {
    const problem = `Expected an installation of this workspace, found none of the id ${installationId}.`
    throw driftError('DEFINITION_UNKNOWN', problem)
  }
  return (await definitions.setting(installationId)) ?? { installationId, workspaceId, ...DEFAULT_SETTING }
}
