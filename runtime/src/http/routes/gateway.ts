import type { Principal } from '../../identity/principal.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import type { VirtualServerRow } from '../../store/store.ts'
import { serveRoute } from '../serve-route.ts'
import { virtualServerView } from '../views/rows.ts'
import { upstreamView } from '../views/upstream.ts'

type Ports = Pick<HttpPorts, 'upstreams' | 'virtualServers' | 'host' | 'audit'>

export function gatewayRoutes(ports: Ports): readonly ServedRoute[] {
  const { upstreams, virtualServers } = ports
  const { publicUrl } = ports.host

  const record = (principal: Principal, action: string, target: string, requestId: string) =>
    ports.audit.record({
      workspaceId: principal.workspaceId,
      actor: principal.id,
      action,
      target,
      outcome: 'ok',
      requestId,
    })

  const view = async (row: VirtualServerRow) => virtualServerView(row, await virtualServers.preview(row), publicUrl)

  return [
    serveRoute('tools', async ({ principal }) => ({
      items: await Promise.all(upstreams.list(principal.workspaceId).map(upstreamView)),
    })),
    serveRoute('virtualServers', async ({ principal }) => {
      const rows = await virtualServers.list(principal.workspaceId)
      return { items: await Promise.all(rows.map(view)) }
    }),
    serveRoute('virtualServer', async ({ params, principal }) =>
      view(await virtualServers.get(principal.workspaceId, params.name)),
    ),
    serveRoute('createVirtualServer', async ({ body, principal, requestId }) => {
      const made = await virtualServers.create(principal.workspaceId, body)
      record(principal, 'server.created', body.name, requestId)
      return await view(made)
    }),
    serveRoute('changeVirtualServer', async ({ params, body, principal, requestId }) => {
      const changed = await virtualServers.update(principal.workspaceId, params.name, body)
      record(principal, 'server.changed', params.name, requestId)
      return await view(changed)
    }),
    serveRoute('removeVirtualServer', async ({ params, principal, requestId }) => {
      await virtualServers.remove(principal.workspaceId, params.name)
      record(principal, 'server.removed', params.name, requestId)
    }),
  ]
}
