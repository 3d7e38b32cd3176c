import type { Principal } from '../../identity/principal.ts'
import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
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

  return [
    serveRoute('tools', async ({ principal }) => ({
      items: await Promise.all(upstreams.list(principal.workspaceId).map(upstreamView)),
    })),
    serveRoute('virtualServers', async ({ principal }) => {
      const found = await virtualServers.list(principal.workspaceId)
      return { items: found.map((facts) => virtualServerView(facts, publicUrl)) }
    }),
    serveRoute('virtualServer', async ({ params, principal }) => {
      const found = await virtualServers.get(principal.workspaceId, params.name)
      if (found === undefined) throw unknownServer(params.name)
      return virtualServerView(found, publicUrl)
    }),
    serveRoute('createVirtualServer', async ({ body, principal, requestId }) => {
      const made = await virtualServers.create(principal.workspaceId, body)
      record(principal, 'server.created', body.name, requestId)
      return virtualServerView(made, publicUrl)
    }),
    serveRoute('changeVirtualServer', async ({ params, body, principal, requestId }) => {
      const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const changed = await virtualServers.change(principal.workspaceId, params.name, change)
      record(principal, 'server.changed', params.name, requestId)
      return virtualServerView(changed, publicUrl)
    }),
    serveRoute('removeVirtualServer', async ({ params, principal, requestId }) => {
      if (!(await virtualServers.remove(principal.workspaceId, params.name))) throw unknownServer(params.name)
      record(principal, 'server.removed', params.name, requestId)
    }),
  ]
}

function unknownServer(name: string) {
  return httpError('HTTP_NOT_FOUND', `Expected a virtual server of this workspace, found no ${name}.`)
}
