import type { statisticsRoutes } from '../../contract/routes/statistics.ts'
import { acceptReport } from '../../statistics/accept-report.ts'
import { pluginStatistics } from '../../statistics/plugin-statistics.ts'
import { publisherStatistics } from '../../statistics/publisher-statistics.ts'
import { trending } from '../../statistics/trending.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function statisticsHandlers(store: RegistryStore): HandlersOf<typeof statisticsRoutes> {
  return {
    pluginStatistics: ({ params, query }) => pluginStatistics(store, `${params.publisher}/${params.name}`, query.days),
    trending: ({ query }) => trending(store, query.limit),
    publisherStatistics: ({ actor, params, query }) => publisherStatistics(store, actor, params.publisher, query.days),
    reportStatistics: ({ body }) => acceptReport(store, body.statement),
  }
}
