import { PLUGIN_ID } from '@nexus/plugin-api'
import { z } from 'zod'
import { pluginVersion } from './identifiers.ts'
import { rating } from './reviews.ts'

const dayCount = z.object({ day: z.iso.date(), count: z.int() })
const versionCount = z.object({ version: pluginVersion, installations: z.int(), share: z.number() })

export const statisticsQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(365).default(30) })

/** Counts by day, oldest first; days without any are left out. */
export const pluginStatistics = z
  .object({
    plugin: z.string().regex(PLUGIN_ID),
    downloads: z.object({ total: z.int(), days: z.array(dayCount) }),
    /** As hosts that take part report them; the last day is the newest one reported. */
    installations: z.object({ latest: z.int(), days: z.array(dayCount) }),
    /** Installations of the newest reported day, most used first. */
    versions: z.array(versionCount),
  })
  .meta({ id: 'PluginStatistics' })

export const trendingQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(10) })

export const trendingList = z.object({
  items: z.array(
    z.object({
      plugin: z.string(),
      /** Downloads of the last seven days. */
      downloads: z.int(),
      /** Downloads of a usual week before them. */
      before: z.number(),
      score: z.number(),
    }),
  ),
})

export const publisherStatistics = z
  .object({
    publisher: z.string(),
    plugins: z.array(pluginStatistics.extend({ rating })),
  })
  .meta({ id: 'PublisherStatistics' })

export type PluginStatistics = z.infer<typeof pluginStatistics>
export type TrendingList = z.infer<typeof trendingList>
export type PublisherStatistics = z.infer<typeof publisherStatistics>
