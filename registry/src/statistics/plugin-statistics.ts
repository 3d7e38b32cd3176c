import type { PluginStatistics } from '../contract/statistics.ts'
import { requirePlugin } from '../reviews/list-reviews.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isAtLeast } from '../store/query.ts'
import { downloads, plugins } from '../store/rows/release-rows.ts'
import { type ActiveRow, activeInstallations } from '../store/rows/statistic-rows.ts'
import { dayBefore } from './days.ts'

/** Counts of a plugin for so many days up to today. */
export async function pluginStatistics(
  store: RegistryStore,
  pluginId: string,
  days: number,
): Promise<PluginStatistics> {
  await requirePlugin(store, pluginId)
  const since = isAtLeast(dayBefore(days - 1))
  const plugin = await store.database.getRepository(plugins).findOneByOrFail({ id: pluginId })
  const loaded = await store.database
    .getRepository(downloads)
    .find({ where: { pluginId, day: since }, order: { day: 'asc' } })
  const active = await store.database
    .getRepository(activeInstallations)
    .find({ where: { pluginId, day: since }, order: { day: 'asc' } })
  const byDay = sumByDay(active)
  const newest = byDay.at(-1)
  return {
    plugin: pluginId,
    downloads: { total: plugin.downloads, days: loaded.map(({ day, count }) => ({ day, count })) },
    installations: { latest: newest?.count ?? 0, days: byDay },
    versions: shares(active.filter(({ day }) => day === newest?.day)),
  }
}

function sumByDay(rows: readonly ActiveRow[]): PluginStatistics['installations']['days'] {
  const sums = new Map<string, number>()
  for (const { day, count } of rows) sums.set(day, (sums.get(day) ?? 0) + count)
  return [...sums].map(([day, count]) => ({ day, count }))
}

function shares(rows: readonly ActiveRow[]): PluginStatistics['versions'] {
  const total = rows.reduce((sum, { count }) => sum + count, 0)
  return rows
    .toSorted((left, right) => right.count - left.count)
    .map(({ version, count }) => ({ version, installations: count, share: Math.round((count / total) * 1000) / 1000 }))
}
