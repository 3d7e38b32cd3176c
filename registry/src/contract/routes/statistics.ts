import { z } from 'zod'
import { signedStatement } from '../host-statements.ts'
import { pluginName, publisherId } from '../identifiers.ts'
import * as statistics from '../statistics.ts'
import type { RegistryRoute } from './route.ts'

/** How much plugins are used, counted by day and never by person. */
export const statisticsRoutes = {
  pluginStatistics: {
    method: 'GET',
    path: '/api/v1/plugins/:publisher/:name/statistics',
    access: 'public',
    status: 200,
    summary: 'Downloads and installations of a plugin by day, and by version.',
    params: z.strictObject({ publisher: publisherId, name: pluginName }),
    query: statistics.statisticsQuery,
    response: statistics.pluginStatistics,
  },
  trending: {
    method: 'GET',
    path: '/api/v1/trending',
    access: 'public',
    status: 200,
    summary: 'Plugins that are downloaded more than they used to be.',
    query: statistics.trendingQuery,
    response: statistics.trendingList,
  },
  publisherStatistics: {
    method: 'GET',
    path: '/api/v1/publishers/:publisher/statistics',
    access: 'manage',
    status: 200,
    summary: "Downloads, adoption by version and ratings of all of a publisher's plugins.",
    params: z.strictObject({ publisher: publisherId }),
    query: statistics.statisticsQuery,
    response: statistics.publisherStatistics,
  },
  reportStatistics: {
    method: 'POST',
    path: '/api/v1/statistics/reports',
    access: 'public',
    status: 204,
    summary: "A host's installations of a day, added up. Each host counts once a day.",
    body: signedStatement,
  },
} as const satisfies Record<string, RegistryRoute>
