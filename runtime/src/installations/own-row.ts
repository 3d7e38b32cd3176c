import { installationError } from './errors.ts'
import type { InstallerPorts } from './ports.ts'

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
