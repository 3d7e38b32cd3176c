import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

export function healthRoutes({ host }: Pick<HttpPorts, 'host'>): readonly ServedRoute[] {
  return [serveRoute('health', async () => ({ status: await host.health(), version: host.version }))]
}
