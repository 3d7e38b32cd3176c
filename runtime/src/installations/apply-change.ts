import type { Principal } from '../identity/principal.ts'
import type { PluginStatus } from '../kernel/kernel.ts'
import type { StateReason } from '../kernel/ports.ts'
import { reasonOf } from '../kernel/reason.ts'
import type { InstallationRow } from '../store/store.ts'
import { entryOf } from './entry.ts'
import type { InstallerPorts } from './ports.ts'
import { tidyReleases } from './updates/keep-releases.ts'
import { type ChangeCause, type ChangeRecord, recordChange } from './updates/record-change.ts'

/** Everything of an installation that a change may change. */
type Side = Pick<
  InstallationRow,
  'version' | 'bundleDigest' | 'manifest' | 'config' | 'grants' | 'profile' | 'quarantine'
>

/** Who asked for a change, for the audit trail. */
export interface ChangeOrigin {
  readonly principal: Pick<Principal, 'id'>
  readonly requestId: string
  /** Of a change of the version; such a change is remembered. */
  readonly cause?: ChangeCause
}

/**
 * Takes an enabled installation from one row to another without a gap: the new side starts beside the old one, takes
 * over when it has answered, and is rolled back when it fails on probation. What is stored changes in one write, so that
 * a host that is killed starts with the one side or the other; one that is killed on probation starts with the old side.
 * Rejects when the new side does not come up; the old one serves on then. Both sides share the installation's storage
 * and may run at the same time for a while.
 */
export async function applyChange(
  ports: InstallerPorts,
  row: InstallationRow,
  changed: InstallationRow,
  origin: ChangeOrigin,
): Promise<PluginStatus> {
  ports.guards.expect(changed)
  const record = origin.cause === undefined ? NO_RECORD : recordChange(ports, row, changed, origin.cause)
  let isOver = false
  try {
    return await ports.kernel.swap({
      entry: entryOf(changed),
      fromVersion: row.version,
      toVersion: changed.version,
      from: row,
      to: changed,
      async commit() {
        await record.begin()
        await ports.store.installations.update(row.id, { ...sideOf(changed), enabled: true, updatedAt: new Date() })
      },
      async revert(reason) {
        isOver = true
        await ports.store.installations.update(row.id, { ...sideOf(row), updatedAt: new Date() })
        await record.rolledBack(reason)
        recordRollback(ports, row, changed, origin, reason)
      },
      finished: (outcome) => finish(ports, row, changed, record, outcome),
    })
  } catch (error) {
    if (!isOver) await record.failed(reasonOf(error))
    if (origin.cause !== undefined) await tidyReleases(ports, row)
    throw error
  }
}

/** Changes of settings are not versions. */
const NO_RECORD: Pick<ChangeRecord, 'begin' | 'kept' | 'rolledBack' | 'failed'> = {
  begin: () => Promise.resolve(),
  kept: () => Promise.resolve(),
  rolledBack: () => Promise.resolve(),
  failed: () => Promise.resolve(),
}

async function finish(
  ports: InstallerPorts,
  row: InstallationRow,
  changed: InstallationRow,
  record: Pick<ChangeRecord, 'kept'>,
  outcome: 'kept' | 'rolled-back',
): Promise<void> {
  try {
    if (outcome === 'kept') await record.kept()
    if (row.bundleDigest !== changed.bundleDigest) await tidyReleases(ports, outcome === 'kept' ? changed : row)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    ports.log.write(row.id, 'warn', `The end of the change to ${changed.version} could not be written down: ${message}`)
  }
}

function sideOf({ version, bundleDigest, manifest, config, grants, profile, quarantine }: InstallationRow): Side {
  return { version, bundleDigest, manifest, config, grants, profile, quarantine }
}

function recordRollback(
  ports: Pick<InstallerPorts, 'audit'>,
  row: InstallationRow,
  changed: InstallationRow,
  { requestId }: ChangeOrigin,
  reason: StateReason,
): void {
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: 'system',
    action: 'plugin.rolled-back',
    target: `${changed.pluginId}@${changed.version}`,
    outcome: 'failed',
    requestId,
    details: { installation: row.id, back: row.version, code: reason.code, message: reason.message.slice(0, 500) },
  })
}
