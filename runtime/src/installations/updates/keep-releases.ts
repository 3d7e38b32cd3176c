import type { InstallationRow } from '../../store/store.ts'
import type { InstallerPorts } from '../ports.ts'
import { HISTORY_ROWS, KEPT_VERSIONS } from './limits.ts'
import { rollbackTargets } from './rollback-targets.ts'

type Ports = Pick<InstallerPorts, 'store' | 'releases'>

/** Deletes the files of releases of a plugin, unless an installation runs them or may go back to them. */
export async function discardUnused(ports: Ports, pluginId: string, bundleDigests: Iterable<string>): Promise<void> {
  const needed = new Set<string>()
  for (const row of await ports.store.installations.list()) {
    if (row.pluginId !== pluginId) continue
    needed.add(row.bundleDigest)
    for (const { bundleDigest } of await rollbackTargets(ports, row)) needed.add(bundleDigest)
  }
  for (const digest of new Set(bundleDigests)) if (!needed.has(digest)) await ports.releases.discard(digest)
}

/** Bundles that an installation ran or was to run in its last changes. */
export async function bundlesOf(
  ports: Ports,
  row: InstallationRow,
  changes: number = HISTORY_ROWS,
): Promise<ReadonlySet<string>> {
  const history = await ports.store.updates.history(row.id, changes)
  return new Set([
    row.bundleDigest,
    ...history.flatMap(({ bundleDigest, before }) => [bundleDigest, ...(before ? [before.bundleDigest] : [])]),
  ])
}

/** After a change: files that no way back needs any more go, and what happened long ago is forgotten. */
export async function tidyReleases(ports: Ports, row: InstallationRow): Promise<void> {
  await discardUnused(ports, row.pluginId, await bundlesOf(ports, row, KEPT_VERSIONS * 4))
  const all = await ports.store.updates.history(row.id, HISTORY_ROWS * 2)
  await ports.store.updates.forget(all.slice(HISTORY_ROWS).map(({ id }) => id))
}
