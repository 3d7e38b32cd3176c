import type { TrendingList } from '../contract/statistics.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isAtLeast } from '../store/query.ts'
import { downloads } from '../store/rows/release-rows.ts'
import { dayBefore } from './days.ts'
import { TREND_SMOOTHING, USUAL_DAYS } from './limits.ts'

const WEEK = 7

/**
 * Plugins whose last seven days stand out from the four weeks before: the difference in downloads, in units of what such
 * a count wavers by (the root of the usual week). A large plugin does not win by being large, nor a tiny one by luck.
 */
export async function trending(store: RegistryStore, limit: number): Promise<TrendingList> {
  const rows = await store.database
    .getRepository(downloads)
    .find({ where: { day: isAtLeast(dayBefore(USUAL_DAYS + WEEK - 1)) } })
  const recent = new Map<string, number>()
  const usual = new Map<string, number>()
  for (const { pluginId, day, count } of rows) {
    const sums = day >= dayBefore(WEEK - 1) ? recent : usual
    sums.set(pluginId, (sums.get(pluginId) ?? 0) + count)
  }
  const items = [...recent].map(([plugin, count]) => {
    const before = ((usual.get(plugin) ?? 0) / USUAL_DAYS) * WEEK
    return {
      plugin,
      downloads: count,
      before: round(before),
      score: round((count - before) / Math.sqrt(before + TREND_SMOOTHING)),
    }
  })
  const rising = items.filter(({ score }) => score > 0)
  return {
    items: rising
      .toSorted((left, right) => right.score - left.score || right.downloads - left.downloads)
      .slice(0, limit),
  }
}

const round = (value: number): number => Math.round(value * 100) / 100
