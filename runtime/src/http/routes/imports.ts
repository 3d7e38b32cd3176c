import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

type Ports = Pick<HttpPorts, 'imports' | 'audit'>

/** Servers of other registries and bundles, on their way to an installation. */
export function importRoutes({ imports, audit }: Ports): readonly ServedRoute[] {
  return [
    serveRoute('serverSources', async () => ({ items: [...imports.sources()] })),
    serveRoute('addServerSource', async ({ principal, body, requestId }) => {
      const source = await imports.addSource(body)
      const { workspaceId, id: actor } = principal
      audit.record({ workspaceId, actor, action: 'server-source.added', target: source.url, outcome: 'ok', requestId })
      return source
    }),
    serveRoute('removeServerSource', async ({ principal, params, requestId }) => {
      await imports.removeSource(params.name)
      const { workspaceId, id: actor } = principal
      audit.record({
        workspaceId,
        actor,
        action: 'server-source.removed',
        target: params.name,
        outcome: 'ok',
        requestId,
      })
    }),
    serveRoute('importableServers', ({ query }) => imports.search(query)),
    serveRoute('planImport', ({ body }) => imports.plan(body.server)),
    serveRoute('holdBundle', async ({ query, bytes }) => ({
      bundle: query.fileSha256,
      plan: await imports.hold(bytes, query.fileSha256),
    })),
    serveRoute('importServer', ({ body }) => imports.configure(body)),
  ]
}
