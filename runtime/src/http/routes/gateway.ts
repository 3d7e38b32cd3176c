import { type Principal, ROLE_PERMISSIONS, type Role } from '../../identity/principal.ts'
import type { VirtualServerRow } from '../../store/virtual-server-row.ts'
import type { ServedRoute } from '../exchange.ts'
import { httpError } from '../errors.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { catalogView } from '../views/catalog.ts'
import { upstreamView } from '../views/upstream.ts'
import { virtualServerView } from '../views/virtual-server.ts'

type Ports = Pick<HttpPorts, 'upstreams' | 'virtualServers' | 'finder' | 'host' | 'audit' | 'identity'>

export function gatewayRoutes(ports: Ports): readonly ServedRoute[] {
  const { upstreams, virtualServers } = ports
  const { publicUrl } = ports.host
  return [
    serveRoute('tools', async ({ principal }) => ({
      items: await Promise.all(upstreams.list(principal.workspaceId).map(upstreamView)),
    })),
    serveRoute('catalog', async ({ principal }) => ({
      items: await Promise.all(upstreams.list(principal.workspaceId).map(catalogView)),
    })),
    serveRoute('searchTools', async ({ principal, query: { query, server, limit } }) => {
      const found = await ports.finder.find(principal, query, { server, limit })
      return { items: found.map((tool) => ({ ...tool })) }
    }),
    serveRoute('duplicateTools', async ({ principal }) => {
      const found = await ports.finder.duplicates(principal.workspaceId)
      return { items: found.map(({ tools, ...rest }) => ({ ...rest, tools: tools.map((tool) => ({ ...tool })) })) }
    }),
    serveRoute('exportVirtualServer', async ({ params, principal }) => {
      const row = await virtualServers.get(principal.workspaceId, params.name)
      return { file: `${row.name}.yaml`, yaml: virtualServers.export(row) }
    }),
    serveRoute('previewVirtualServer', async ({ body, principal }) => {
      const eyes = await eyesOf(ports, principal, body)
      const seen = await virtualServers.previewDraft(principal.workspaceId, body.server, eyes)
      return {
        access: seen.access,
        searched: seen.searched,
        tools: seen.tools.map((entry) => ({ ...entry })),
        prompts: seen.prompts.map((entry) => ({ ...entry })),
        resources: seen.resources.map((entry) => ({ ...entry })),
        resourceTemplates: seen.resourceTemplates.map((entry) => ({ ...entry })),
        sources: seen.sources.map((source) => ({ ...source })),
        problems: seen.problems.map(({ code, message }) => ({ code, message })),
      }
    }),
    ...serverRoutes(ports, async (row) => virtualServerView(row, await virtualServers.preview(row), publicUrl)),
  ]
}

/** The servers themselves. Each change is audited. */
function serverRoutes(
  { virtualServers, audit }: Ports,
  view: (row: VirtualServerRow) => Promise<ReturnType<typeof virtualServerView>>,
): readonly ServedRoute[] {
  const record = ({ workspaceId, id }: Principal, action: string, target: string, requestId: string): void =>
    audit.record({ workspaceId, actor: id, action, target, outcome: 'ok', requestId })
  return [
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
    serveRoute('cloneVirtualServer', async ({ params, body, principal, requestId }) => {
      const made = await virtualServers.clone(principal.workspaceId, params.name, body)
      record(principal, 'server.created', body.name, requestId)
      return await view(made)
    }),
    serveRoute('importVirtualServer', async ({ body, principal, requestId }) => {
      const { row, created, missing } = await virtualServers.import(principal.workspaceId, body)
      record(principal, created ? 'server.created' : 'server.changed', row.name, requestId)
      return { server: await view(row), created, missing: [...missing] }
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

/** Through whose eyes a preview looks. A role alone stands for somebody who has no other. */
async function eyesOf(
  { identity }: Ports,
  principal: Principal,
  as: { readonly role?: Role | undefined; readonly user?: string | undefined },
): Promise<Principal> {
  const { workspaceId } = principal
  if (as.user !== undefined) {
    const found = (await identity.users(principal)).find(({ user }) => user.id === as.user)
    if (found !== undefined) return principalOf(workspaceId, found.user.id, found.roles)
    throw httpError('HTTP_INVALID', 'Expected the id of a person of this workspace, found another.', {
      details: { errors: [{ path: 'user', message: 'No such person' }] },
    })
  }
  return as.role === undefined ? principal : principalOf(workspaceId, undefined, [as.role])
}

function principalOf(workspaceId: string, userId: string | undefined, roles: readonly Role[]): Principal {
  return {
    id: userId === undefined ? `role:${roles.join()}` : `user:${userId}`,
    userId,
    tokenId: undefined,
    displayName: '',
    workspaceId,
    roles,
    permissions: new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role])),
  }
}
