import { registryRoutes as routes } from '@nexus/registry/contract'
import type { RegistryCaller } from '../install/index.ts'
import type { InstallationRow } from '../store/store.ts'
import type { Logger } from '../telemetry/index.ts'
import { MAX_REPORTED, REPORT_LOOK_MS } from './limits.ts'
import type { ChoicesFile } from './settings.ts'
import type { Vouch } from './vouch.ts'

interface Parts {
  readonly caller: RegistryCaller
  readonly vouch: Vouch
  readonly choices: ChoicesFile
  readonly logger: Logger
  /** Installations of all workspaces. */
  installations(): Promise<readonly InstallationRow[]>
}

/** Tells the registry once a day how often which release is installed here, unless the operator said no. */
export function openStatisticsReporter(parts: Parts): Disposable & { report(): Promise<void> } {
  const report = async (): Promise<void> => {
    const { statistics, lastReport } = parts.choices.get()
    const day = new Date().toISOString().slice(0, 10)
    if (!statistics || lastReport === day) return
    const installations = countReleases(await parts.installations())
    if (installations.length > 0) {
      await parts.vouch.say({ kind: 'statistics.report', day, installations }, (statement) =>
        parts.caller.call(routes.reportStatistics, { json: { statement } }),
      )
    }
    await parts.choices.change({ lastReport: day })
  }
  const look = () => {
    report().catch((error: unknown) => parts.logger.info({ err: error }, 'Installations could not be counted today.'))
  }
  // Not at once: most hosts start in the morning, and a start has better things to do.
  const timer = setInterval(look, REPORT_LOOK_MS).unref()
  return { report, [Symbol.dispose]: () => clearInterval(timer) }
}

/** Enabled installations by release. */
export function countReleases(rows: readonly InstallationRow[]) {
  const counts = new Map<string, { plugin: string; version: string; count: number }>()
  for (const { pluginId: plugin, version, enabled } of rows) {
    if (!enabled) continue
    const one = counts.get(`${plugin}@${version}`) ?? { plugin, version, count: 0 }
    counts.set(`${plugin}@${version}`, { ...one, count: one.count + 1 })
  }
  return [...counts.values()].slice(0, MAX_REPORTED)
}
