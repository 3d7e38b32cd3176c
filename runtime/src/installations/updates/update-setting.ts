import type { Principal } from '../../identity/principal.ts'
import { nextOpening, windowIssue } from '../../schedule/index.ts'
import type { InstallationRow } from '../../store/store.ts'
import type { UpdateSettingRow } from '../../store/update.ts'
import { installationError } from '../errors.ts'
import { ownRow } from '../own-row.ts'
import type { InstallerPorts } from '../ports.ts'

/** What an admin may change of how an installation comes by updates. `null` takes a member away. */
export interface UpdateSettingChange {
  readonly mode?: UpdateSettingRow['mode'] | undefined
  readonly channel?: string | null | undefined
  readonly pinned?: boolean | undefined
  readonly window?: UpdateSettingRow['window'] | null
}

/** The setting of an installation; nothing happens by itself until somebody says so. */
export async function settingOf(
  { store }: Pick<InstallerPorts, 'store'>,
  row: InstallationRow,
): Promise<UpdateSettingRow> {
  return (
    (await store.updates.setting(row.id)) ?? {
      installationId: row.id,
      workspaceId: row.workspaceId,
      mode: 'off',
      channel: undefined,
      pinned: false,
      window: undefined,
      checkedAt: undefined,
      updatedAt: row.createdAt,
    }
  )
}

/** Changes how an installation comes by updates, and pins or unpins its version. */
export async function changeUpdateSetting(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  change: UpdateSettingChange,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  const before = await settingOf(ports, row)
  const window = change.window === undefined ? before.window : (change.window ?? undefined)
  const issue = window === undefined ? undefined : windowIssue(window)
  if (issue !== undefined) throw installationError('INSTALLATION_WINDOW', issue)
  const setting: UpdateSettingRow = {
    ...before,
    mode: change.mode ?? before.mode,
    channel: change.channel === undefined ? before.channel : (change.channel ?? undefined),
    pinned: change.pinned ?? before.pinned,
    window,
    // Whoever changed how it looks wants it to look.
    checkedAt: undefined,
    updatedAt: ports.now(),
  }
  await ports.store.updates.putSetting(setting)
  const record = (action: string, details: Readonly<Record<string, string | boolean>>): void =>
    ports.audit.record({
      workspaceId: row.workspaceId,
      actor: principal.id,
      action,
      target: `${row.pluginId}@${row.version}`,
      outcome: 'ok',
      requestId,
      details: { installation: row.id, ...details },
    })
  if (setting.pinned !== before.pinned) record(setting.pinned ? 'plugin.pinned' : 'plugin.unpinned', {})
  const { mode, channel } = setting
  if (mode !== before.mode || channel !== before.channel || window !== before.window) {
    record('plugin.update-setting-changed', { mode, channel: channel ?? '', window: window?.cron ?? '' })
  }
}

/** When an approved update may begin. */
export type UpdateTime = 'now' | 'window' | { readonly at: Date }

/** The instant that is meant; `undefined` for now. Fails with `INSTALLATION_WINDOW`. */
export function instantOf(when: UpdateTime, setting: UpdateSettingRow, now: Date): Date | undefined {
  if (when === 'now') return undefined
  if (when !== 'window') return when.at
  const opens = setting.window === undefined ? undefined : nextOpening(setting.window, now)
  if (opens !== undefined) return opens
  throw installationError(
    'INSTALLATION_WINDOW',
    'Expected an installation with a time window, found none. Set one first.',
  )
}
