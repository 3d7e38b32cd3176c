import type { Principal } from '../identity/principal.ts'
import type { PluginStatus } from '../kernel/kernel.ts'
import type { StateReason } from '../kernel/ports.ts'
import type { InstallationRow } from '../store/store.ts'
import { entryOf } from './entry.ts'
import type { InstallerPorts } from './ports.ts'
import { discardUnused } from './remove-installation.ts'

/** Everything of an installation that a change may change. */
type Side = Pick<
  InstallationRow,
  'version' | 'bundleDigest' | 'manifest' | 'config' | 'grants' | 'profile' | 'quarantine'
>

/** Who asked for a change, for the audit trail. */
export interface ChangeOrigin {
  readonly principal: Pick<Principal, 'id'>
  readonly requestId: string
}

/**
 * Takes an enabled installation from one row to another without a gap: the new side starts beside the old one, takes
 * over when it has answered, and is rolled back when it fails on probation. What is stored changes in one write, so that
 * a host that is killed starts with the one side or the other. Rejects when the new side does not come up; the old one
 * serves on then. Both sides share the installation's storage and may run at the same time for a while.
 */
export async function applyChange(
  ports: InstallerPorts,
  row: InstallationRow,
  changed: InstallationRow,
  origin: ChangeOrigin,
): Promise<PluginStatus> {
  ports.guards.expect(changed)
  return await ports.kernel.swap({
    entry: entryOf(changed),
    fromVersion: row.version,
    toVersion: changed.version,
    from: row,
    to: changed,
    commit: () =>
      ports.store.installations.update(row.id, { ...sideOf(changed), enabled: true, updatedAt: new Date() }),
    async revert(reason) {
      await ports.store.installations.update(row.id, { ...sideOf(row), updatedAt: new Date() })
      recordRollback(ports, row, changed, origin, reason)
    },
    finished(outcome) {
      const unused = outcome === 'kept' ? row : changed
      if (row.bundleDigest === changed.bundleDigest) return
      discardUnused(ports, unused.bundleDigest).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        ports.log.write(row.id, 'warn', `The files of ${unused.version} could not be removed: ${message}`)
      })
    },
  })
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
