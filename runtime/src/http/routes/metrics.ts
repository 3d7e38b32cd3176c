import { metricsText } from '../../metering/index.ts'
import { cacheFamilies, definitionFamilies } from '../views/gateway-metrics.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { upstreamFamilies } from '../views/upstream-metrics.ts'

type Ports = Pick<HttpPorts, 'oversight' | 'installer' | 'identity' | 'host' | 'cache' | 'definitions' | 'upstreams'>

/** What a scraper reads: `GET /metrics` with a token of scope `metrics:read`. */
export function metricRoutes({
  oversight,
  installer,
  identity,
  host,
  cache,
  definitions,
  upstreams,
}: Ports): readonly ServedRoute[] {
  return [
    serveRoute('metrics', async ({ principal }) => {
      const workspace = await identity.workspace(principal.workspaceId)
      const installed = await installer.list(principal.workspaceId)
      const named = installed.map(({ row, state }) => ({
        id: row.id,
        pluginId: row.pluginId,
        label: row.label,
        version: row.version,
        state,
        totals: oversight.totals(row.id),
        budgets: oversight.standing(row.id),
      }))
      const name = workspace?.name ?? principal.workspaceId
      const waiting = await definitions.waiting(principal.workspaceId)
      const upstreamMetrics = upstreamFamilies(name, upstreams.list(principal.workspaceId))
      const more = [
        ...upstreamMetrics,
        ...cacheFamilies(name, cache.readings(principal.workspaceId)),
        ...definitionFamilies(name, waiting),
      ]
      return metricsText(name, named, processFacts(host.version), more)
    }),
  ]
}

function processFacts(version: string) {
  const { user, system } = process.cpuUsage()
  return {
    version,
    cpuSeconds: (user + system) / 1_000_000,
    residentBytes: process.memoryUsage.rss(),
    startedAt: new Date(Date.now() - process.uptime() * 1000),
  }
}
