import type { AuditTrail } from '../audit/audit.ts'
import type { Principal } from '../identity/principal.ts'
import { entryOf } from '../installations/entry.ts'
import { ownRow } from '../installations/own-row.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { StateReason } from '../kernel/ports.ts'
import type { SandboxProfile } from '../sandbox/profile.ts'
import type { InstallationRow, Store } from '../store/store.ts'
import { meteringError } from './errors.ts'
import type { Metering } from './open-metering.ts'
import type { Metered } from './usage-meter.ts'

/** Who asks, about which installation, for the audit. */
export interface Asked {
  readonly principal: Principal
  readonly installationId: string
  readonly requestId: string
}

/** What the admin's decisions stand on. */
export interface DecisionPorts {
  readonly metering: Metering
  readonly store: Pick<Store, 'usage' | 'installations'>
  readonly profiles: ReadonlyMap<string, SandboxProfile>
  readonly audit: Pick<AuditTrail, 'record'>
  readonly kernel: Pick<Kernel, 'status' | 'swap' | 'restart'>
  readonly now?: () => Date
}

/** The row, only for its own workspace. */
export function rowOf({ store }: DecisionPorts, { principal, installationId }: Asked): Promise<InstallationRow> {
  return ownRow({ store }, principal.workspaceId, installationId)
}

export function meteredOf({ id, workspaceId }: InstallationRow): Metered {
  return { installationId: id, workspaceId }
}

export function profileOf({ profiles }: DecisionPorts, row: InstallationRow): SandboxProfile {
  const profile = profiles.get(row.profile)
  if (profile !== undefined) return profile
  throw meteringError('LIMIT_INVALID', `Expected the sandbox profile \`${row.profile}\` of this host, found none.`)
}

/**
 * Lets what was decided hold for a plugin that runs, without a gap: a new side starts beside the old one. Rejects when
 * it does not come up; the old one serves on then. `undo` is called when it fails on probation. A plugin that does not
 * run meets the decision when it starts.
 */
export async function applyDecision(
  { kernel }: DecisionPorts,
  row: InstallationRow,
  undo: (reason: StateReason) => Promise<void>,
): Promise<void> {
  const state = kernel.status(row.id)?.state
  if (!row.enabled || state === undefined || state === 'held' || state === 'quarantined') return
  if (state !== 'active') {
    await kernel.restart(entryOf(row))
    return
  }
  await kernel.swap({
    entry: entryOf(row),
    fromVersion: row.version,
    toVersion: row.version,
    from: row,
    to: row,
    commit: () => Promise.resolve(),
    revert: undo,
    finished: () => undefined,
  })
}

type Facts = Readonly<Record<string, string | number>>

/** Writes a decision into the audit trail. */
export function recordDecision(
  { audit }: DecisionPorts,
  row: InstallationRow,
  by: { readonly actor: string; readonly requestId: string },
  action: string,
  details: Facts,
): void {
  audit.record({
    workspaceId: row.workspaceId,
    actor: by.actor,
    action,
    target: `${row.pluginId}@${row.version}`,
    outcome: by.actor === 'system' ? 'failed' : 'ok',
    requestId: by.requestId,
    details: { installation: row.id, ...details },
  })
}

/** The person who asked, as the author of a record. */
export function authorOf({ principal, requestId }: Asked): { readonly actor: string; readonly requestId: string } {
  return { actor: principal.id, requestId }
}

/** The host itself, when it takes back what a person decided. */
export function hostFor({ requestId }: Asked): { readonly actor: string; readonly requestId: string } {
  return { actor: 'system', requestId }
}
