import type { Principal } from '../identity/principal.ts'
import { ownRow } from './own-row.ts'
import type { InstallerPorts } from './ports.ts'
import { bundlesOf, discardUnused } from './updates/keep-releases.ts'

/** Stops and removes an installation with its storage, its exposed names and, where nobody else uses them, its releases. */
export async function removeInstallation(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  if (ports.kernel.status(row.id) !== undefined) await ports.kernel.remove(row.id)
  const bundles = await bundlesOf(ports, row)
  await ports.store.pluginStorage.clear(row.id)
  await ports.store.exposedNames.removeLabel(row.workspaceId, row.label)
  await ports.store.installations.remove(row.id)
  ports.guards.release(row.id)
  await discardUnused(ports, row.pluginId, bundles)
  ports.log.forget(row.id)
  await ports.forget(row.id)
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: 'plugin.removed',
    target: `${row.pluginId}@${row.version}`,
    outcome: 'ok',
    requestId,
    details: { installation: row.id },
  })
}
