import type { Principal } from '../identity/principal.ts'
import { installationError } from './errors.ts'
import type { InstallerPorts } from './ports.ts'

/** Stops and removes an installation with its storage, its exposed names and, when nobody else uses it, its release. */
export async function removeInstallation(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  if (ports.kernel.status(row.id) !== undefined) await ports.kernel.remove(row.id)
  await ports.store.pluginStorage.clear(row.id)
  await ports.store.exposedNames.removeLabel(row.workspaceId, row.label)
  await ports.store.installations.remove(row.id)
  ports.guards.release(row.id)
  await discardUnused(ports, row.bundleDigest)
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

/** Deletes a release's files unless an installation still needs them. */
export async function discardUnused(
  ports: Pick<InstallerPorts, 'store' | 'releases'>,
  bundleDigest: string,
): Promise<void> {
  const users = (await ports.store.installations.list()).filter((row) => row.bundleDigest === bundleDigest)
  if (users.length === 0) await ports.releases.discard(bundleDigest)
}

/** The row, only for its own workspace: another workspace's installation does not exist for the caller. */
export async function ownRow(
  ports: { readonly store: Pick<InstallerPorts['store'], 'installations'> },
  workspaceId: string,
  installationId: string,
) {
  const row = await ports.store.installations.get(installationId)
  if (row === undefined || row.workspaceId !== workspaceId) {
    throw installationError(
      'INSTALLATION_UNKNOWN',
      `Expected an installation of this workspace, found no ${installationId}.`,
    )
  }
  return row
}
