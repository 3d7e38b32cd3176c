import type { Principal } from '../identity/principal.ts'
import { applyChange } from './apply-change.ts'
import { installationError } from './errors.ts'
import type { InspectionPort, InstallerPorts } from './ports.ts'
import { ownRow } from './own-row.ts'

/**
 * Swaps a running installation into a sandbox that a debugger may attach to, and opens the door to it. Only in developer
 * mode: the code leaves its isolate for a worker thread, and time does not count any more.
 */
export async function inspectInstallation(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  requestId: string,
): Promise<ReturnType<InspectionPort['open']>> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  const inspection = requireDeveloperMode(ports)
  if (!inspection.isOpen(row.id)) {
    inspection.set(row.id, true)
    try {
      await applyChange(ports, row, row, { principal, requestId })
    } catch (error) {
      inspection.set(row.id, false)
      throw error
    }
    record(ports, principal, row, requestId, 'plugin.inspected')
  }
  return inspection.open(row.id, `${row.pluginId} ${row.version} (${row.label})`)
}

/** Closes the door and swaps the installation back into its own sandbox. */
export async function endInspection(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  const inspection = requireDeveloperMode(ports)
  if (!inspection.isOpen(row.id)) return
  inspection.close(row.id)
  inspection.set(row.id, false)
  if (row.enabled) await applyChange(ports, row, row, { principal, requestId })
  record(ports, principal, row, requestId, 'plugin.inspection-ended')
}

function requireDeveloperMode({ inspection }: InstallerPorts): InspectionPort {
  if (inspection !== undefined) return inspection
  throw installationError(
    'INSTALLATION_DEVELOPER_MODE',
    'Expected a host in developer mode, found one that is not. Start it with `nexus start --developer`.',
  )
}

function record(
  { audit }: Pick<InstallerPorts, 'audit'>,
  { id: actor, workspaceId }: Principal,
  row: { readonly id: string; readonly pluginId: string; readonly version: string },
  requestId: string,
  action: string,
): void {
  const target = `${row.pluginId}@${row.version}`
  audit.record({ workspaceId, actor, action, target, outcome: 'ok', requestId, details: { installation: row.id } })
}
