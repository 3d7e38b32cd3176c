import type { JsonObject } from '@nexus/plugin-api'
import { targetName } from '../grants/index.ts'
import type { Principal } from '../identity/principal.ts'
import type { InstallationRow } from '../store/store.ts'
import { applyChange } from './apply-change.ts'
import { chooseProfile } from './choose-profile.ts'
import { entryOf } from './entry.ts'
import { installationError } from './errors.ts'
import { settle } from './plan-install.ts'
import type { InstallerPorts } from './ports.ts'
import { ownRow } from './own-row.ts'

export interface InstallationChangeRequest {
  readonly enabled?: boolean
  /** Name of another sandbox profile. */
  readonly profile?: string
  readonly config?: JsonObject
  readonly allowPrivateAddresses?: readonly string[]
}

/**
 * Enables, disables, reconfigures or moves to another sandbox profile. New configuration is consent to the grants that follow from it. A plugin that runs
 * is swapped: configuration with which it does not come up is refused, and what it had stays.
 */
export async function changeInstallation(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  change: InstallationChangeRequest,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  const changed: InstallationRow = {
    ...row,
    ...(await reconfigured(ports, row, change)),
    profile: change.profile === undefined ? row.profile : chooseProfile(ports, change.profile, row.manifest).name,
    enabled: change.enabled ?? row.enabled,
    updatedAt: new Date(),
  }
  const { config, grants, profile, enabled, updatedAt } = changed
  if (enabled && row.enabled) await applyChange(ports, row, changed, { principal, requestId })
  else {
    await ports.store.installations.update(row.id, { config, grants, profile, enabled, updatedAt })
    if (enabled) {
      ports.guards.expect(changed)
      await ports.kernel.restart(entryOf(changed))
    } else await stopIfRunning(ports, row.id)
  }
  const action = change.enabled === undefined ? 'plugin.reconfigured' : enabled ? 'plugin.enabled' : 'plugin.disabled'
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action,
    target: `${row.pluginId}@${row.version}`,
    outcome: 'ok',
    requestId,
    details: { installation: row.id, ...(profile !== row.profile && { from: row.profile, profile }) },
  })
}

/** Stops and starts; a person's decision to try again also ends a quarantine. */
export async function restartInstallation(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  await ports.store.installations.update(row.id, { quarantine: undefined, enabled: true, updatedAt: new Date() })
  ports.guards.expect(row)
  await ports.kernel.restart(entryOf({ ...row, quarantine: undefined }))
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: 'plugin.restarted',
    target: `${row.pluginId}@${row.version}`,
    outcome: 'ok',
    requestId,
    details: { installation: row.id },
  })
}

/** Ends a quarantine: a person has looked at the reason and wants it back. */
export async function releaseInstallation(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  if (row.quarantine === undefined && ports.kernel.status(row.id)?.state !== 'quarantined') return
  await ports.store.installations.update(row.id, { quarantine: undefined, updatedAt: new Date() })
  ports.guards.expect(row)
  if (row.enabled) await ports.kernel.restart(entryOf({ ...row, quarantine: undefined }))
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action: 'plugin.released',
    target: `${row.pluginId}@${row.version}`,
    outcome: 'ok',
    requestId,
    details: { installation: row.id, reason: (row.quarantine ?? '').slice(0, 200) },
  })
}

async function reconfigured(ports: InstallerPorts, row: InstallationRow, change: InstallationChangeRequest) {
  if (change.config === undefined && change.allowPrivateAddresses === undefined) return {}
  const allowed =
    change.allowPrivateAddresses ?? row.grants.network.filter((grant) => grant.allowPrivateAddresses).map(targetName)
  const { values, issues, grants } = await settle(
    ports,
    row.workspaceId,
    row.manifest,
    change.config ?? { ...row.config },
    allowed,
  )
  if (issues.length > 0) {
    throw installationError(
      'INSTALLATION_CONFIG',
      `Expected a complete configuration, found ${issues.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
      { details: { errors: issues } },
    )
  }
  return { config: values, grants }
}

async function stopIfRunning(ports: InstallerPorts, installationId: string): Promise<void> {
  ports.guards.release(installationId)
  if (ports.kernel.status(installationId) !== undefined) await ports.kernel.stop(installationId)
}
