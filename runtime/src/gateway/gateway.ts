import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuditTrail } from '../audit/audit.ts'
import type { Principal } from '../identity/principal.ts'
import type { PolicyPort } from '../policy/decide.ts'
import type { Store } from '../store/store.ts'
import type { Target } from './call.ts'
import { type ConnectionView, createConnections } from './edge/connections.ts'
import { type Authenticate, createMcpEdge } from './edge/edge.ts'
import type { EdgeContext } from './edge/edge-context.ts'
import { createSessionTable } from './edge/legacy/session-table.ts'
import type { Session } from './edge/legacy/session.ts'
import { sendJson } from './edge/answer.ts'
import { readPath, resourceMetadata } from './edge/protected-resource.ts'
import { gatewayError } from './errors.ts'
import { createChangeHub } from './router/change-hub.ts'
import { defaultSelection, type Selection } from './router/selection.ts'
import { createSubscriptions } from './router/subscriptions.ts'
import type { View } from './router/view.ts'
import { createViews } from './router/views.ts'
import { createUpstreamTable } from './upstream/table.ts'
import type { UpstreamTable } from './upstream/upstream.ts'
import { createVirtualServers, type VirtualServers } from './virtual/virtual-servers.ts'

export interface GatewayOptions {
  readonly store: Pick<Store, 'virtualServers' | 'exposedNames'>
  /** Made here when absent. */
  readonly upstreams?: UpstreamTable
  readonly policy: PolicyPort
  readonly audit: Pick<AuditTrail, 'record'>
  readonly authenticate: Authenticate
  /** Origin under which clients reach this host; a function when the port is known only after listening. */
  readonly publicUrl: string | (() => string)
  /** Host names that clients may use beside the public one and loopback. */
  readonly allowedHosts?: readonly string[]
  /** Issuers of OAuth tokens for this host; none while only API tokens are taken. */
  readonly authorizationServers?: readonly string[]
}

/** The MCP face of the host. */
export interface Gateway extends AsyncDisposable {
  readonly upstreams: UpstreamTable
  readonly virtualServers: VirtualServers
  /** What clients of the workspace's own server see. */
  defaultView(workspaceId: string): Promise<View>
  /** True when the path was the gateway's; the response is then answered or being answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  connections(): readonly ConnectionView[]
}

function describeSession(session: Session): ConnectionView {
  const { start } = session
  const name = start.info?.['name']
  return {
    era: 'legacy',
    workspaceId: start.principal.workspaceId,
    principalId: start.principal.id,
    virtualServer: start.target.virtualServer,
    client: typeof name === 'string' ? name.slice(0, 100) : '',
    protocolVersion: start.protocolVersion,
    since: session.since,
    lastSeenAt: new Date(session.lastSeenAt()),
  }
}

/** Opens the gateway. Disposing it ends all sessions and streams; the upstreams belong to whoever added them. */
export function openGateway(options: GatewayOptions): Gateway {
  const { publicUrl: given } = options
  const publicUrl = typeof given === 'string' ? () => given : given
  const upstreams = options.upstreams ?? createUpstreamTable()
  const views = createViews(upstreams, options.store.exposedNames)
  const hub = createChangeHub(upstreams, views)
  const subscriptions = createSubscriptions(upstreams)
  const virtualServers = createVirtualServers(options.store, views, hub)
  const connections = createConnections()
  const defaults = new Map<string, Selection>()

  const defaultOf = (workspaceId: string): Selection => {
    const selection = defaults.get(workspaceId) ?? defaultSelection(workspaceId)
    defaults.set(workspaceId, selection)
    return selection
  }
  const select = async ({ virtualServer }: Target, { workspaceId }: Principal): Promise<Selection> => {
    if (virtualServer === undefined) return defaultOf(workspaceId)
    const selection = virtualServers.current(virtualServer) ?? (await virtualServers.find(virtualServer))
    if (selection?.workspaceId === workspaceId) return selection
    throw gatewayError(
      'VIRTUAL_SERVER_UNKNOWN',
      `Expected a virtual server of this workspace, found none named \`${virtualServer}\`.`,
    )
  }
  const selected = ({ virtualServer }: Target, workspaceId: string): Selection | undefined =>
    virtualServer === undefined ? defaultOf(workspaceId) : virtualServers.current(virtualServer)

  const context: EdgeContext = {
    doors: { policy: options.policy, audit: options.audit },
    hub,
    subscriptions,
    connections,
    select,
    selected,
    viewOf: (selection) => views.get(selection),
  }
  const sessions = createSessionTable({
    hub,
    subscriptions,
    selected: ({ start }) => selected(start.target, start.principal.workspaceId),
  })
  let edge: ReturnType<typeof createMcpEdge> | undefined
  const openEdge = () =>
    createMcpEdge({
      context,
      sessions,
      authenticate: options.authenticate,
      publicUrl,
      allowedHosts: options.allowedHosts ?? [],
    })

  return {
    upstreams,
    virtualServers,
    defaultView: (workspaceId) => views.get(defaultOf(workspaceId)),
    async handle(request, response) {
      const path = readPath(request.url)
      if (path === undefined) return false
      edge ??= openEdge()
      if (path.kind === 'mcp') await edge.handle(request, response, path.target)
      else
        sendJson(response, 200, resourceMetadata(publicUrl(), path.target, options.authorizationServers ?? []), {
          'access-control-allow-origin': '*',
        })
      return true
    },
    connections: () => [...sessions.list().map(describeSession), ...connections.list()],
    async [Symbol.asyncDispose]() {
      connections.closeAll()
      await sessions[Symbol.asyncDispose]()
      subscriptions[Symbol.dispose]()
      hub[Symbol.dispose]()
    },
  }
}
