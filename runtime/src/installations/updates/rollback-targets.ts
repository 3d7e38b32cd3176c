import type { InstallationRow } from '../../store/store.ts'
import type { VersionSide } from '../../store/update.ts'
import type { InstallerPorts } from '../ports.ts'
import { HISTORY_ROWS, KEPT_VERSIONS } from './limits.ts'

type Ports = { readonly store: Pick<InstallerPorts['store'], 'updates'> }

/** Versions that an installation ran before and whose files stay, latest first, each as it ran last. */
export async function rollbackTargets(ports: Ports, row: InstallationRow): Promise<readonly VersionSide[]> {
  const targets = new Map<string, VersionSide>()
  for (const { before, outcome } of await ports.store.updates.history(row.id, HISTORY_ROWS)) {
    // A change that was taken back never moved away from what was before it.
    const isPast = outcome === 'kept' || outcome === 'probation'
    if (!isPast || before === undefined || before.version === row.version || targets.has(before.version)) continue
    targets.set(before.version, before)
    if (targets.size === KEPT_VERSIONS) break
  }
  return [...targets.values()]
}
