import type { InstallationRow } from '../../store/store.ts'
import type { UpdateOfferRow, UpdateSettingRow, VersionChangeRow } from '../../store/update.ts'
import { ownRow } from '../own-row.ts'
import type { InstallerPorts } from '../ports.ts'
import { HISTORY_ROWS } from './limits.ts'
import { rollbackTargets } from './rollback-targets.ts'
import { settingOf } from './update-setting.ts'

/** Everything about the versions of one installation. */
export interface UpdatesFacts {
  readonly row: InstallationRow
  readonly setting: UpdateSettingRow
  readonly offer: UpdateOfferRow | undefined
  /** Latest first. */
  readonly history: readonly VersionChangeRow[]
  /** Versions that it can go back to without a registry. */
  readonly kept: readonly string[]
  /** Version by channel; empty when the registry does not answer. */
  readonly channels: Readonly<Record<string, string>>
}

export async function describeUpdates(
  ports: InstallerPorts,
  workspaceId: string,
  installationId: string,
): Promise<UpdatesFacts> {
  const row = await ownRow(ports, workspaceId, installationId)
  const [setting, offer, history, targets, channels] = await Promise.all([
    settingOf(ports, row),
    ports.store.updates.offer(row.id),
    ports.store.updates.history(row.id, HISTORY_ROWS),
    rollbackTargets(ports, row),
    channelsOf(ports, row),
  ])
  return { row, setting, offer, history, kept: targets.map(({ version }) => version), channels }
}

async function channelsOf(
  { registry }: InstallerPorts,
  row: InstallationRow,
): Promise<Readonly<Record<string, string>>> {
  try {
    return (await registry.plugin(row.pluginId))?.channels ?? {}
  } catch {
    // Settings and history are there without the registry.
    return {}
  }
}
