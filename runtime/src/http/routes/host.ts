import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

export function hostRoutes(ports: Pick<HttpPorts, 'doctor' | 'trust' | 'boot'>): readonly ServedRoute[] {
  return [
    serveRoute('doctor', async () => ({ items: [...(await ports.doctor())] })),
    serveRoute('trust', async () => await ports.trust()),
    serveRoute('boot', async ({ principal }) => ({ items: [...ports.boot(principal.workspaceId)] })),
  ]
}
