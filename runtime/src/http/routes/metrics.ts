import { metricsText } from '../../metering/index.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

type Ports = Pick<HttpPorts, 'oversight' | 'installer' | 'identity' | 'host'>

/** What a scraper reads: `GET /metrics` with a token of scope `metrics:read`. */
export function metricRoutes({ oversight, installer, identity, host }: Ports): readonly ServedRoute[] {
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
      return metricsText(workspace?.name ?? principal.workspaceId, named, processFacts(host.version))
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
