import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { JsonObject } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { PolicyPort } from '../policy/decide.ts'
import type { Store } from '../store/store.ts'
import type { ApprovalDesk } from './approvals/approval-desk.ts'
import { openApprovals } from './approvals/open-approvals.ts'
import type { Waits } from './approvals/gate-context.ts'
import { Bridge } from './bridge/bridge.ts'
import { StateKeys } from './bridge/state-keys.ts'
import { ResultCache } from './cache/index.ts'
import type { DefinitionReview } from './drift/index.ts'
import { type ConnectionView, createConnections } from './edge/connections.ts'
import { type Authenticate, createMcpEdge, type McpEdge } from './edge/edge.ts'
import type { EdgeContext } from './edge/edge-context.ts'
import type { EdgeLog } from './edge/edge-log.ts'
import { SessionTable } from './edge/legacy/session-table.ts'
import type { Session } from './edge/legacy/session.ts'
import { sendJson } from './edge/answer.ts'
import { readPath, resourceMetadata } from './edge/protected-resource.ts'
import { type RelayedCall, relayCall } from './router/relay-call.ts'
import { ChangeHub } from './router/change-hub.ts'
import type { Selection } from './router/selection.ts'
import { createSubscriptions } from './router/subscriptions.ts'
import type { View } from './router/view.ts'
import { type CatalogOf, createViews } from './router/views.ts'
import { UpstreamAuthorizations } from './upstream/remote/oauth/authorizations.ts'
import { createSelect } from './select-server.ts'
import { createUpstreamTable } from './upstream/table.ts'
import type { UpstreamTable } from './upstream/upstream.ts'
import type { Embeddings } from './search/embeddings.ts'
import { createToolFinder, type ToolFinder } from './search/tool-finder.ts'
import { ToolSearch } from './search/tool-search.ts'
import { CallRates } from './virtual/call-rates.ts'
import { VirtualServers } from './virtual/virtual-servers.ts'

export interface GatewayOptions {
  readonly store: Pick<Store, 'virtualServers' | 'exposedNames' | 'approvals' | 'cachedResults' | 'roomMarks'>
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
  /** Told of refused and cut-off clients. */
  readonly log?: EdgeLog
  /** 32 bytes shared by all nodes of a host: a `requestState` made on one opens on the others. */
  readonly stateKey?: Buffer
  /** How long calls that wait for approval are held open; by default what clients have patience for. */
  readonly approvalWaits?: Partial<Waits>
  /** Holds back definitions that nobody has agreed to; without it every upstream says what it likes. */
  readonly review?: DefinitionReview
  /** Lets tools be found by meaning too. */
  readonly embeddings?: Embeddings | undefined
}

/** The MCP face of the host. */
export interface Gateway extends AsyncDisposable {
  readonly upstreams: UpstreamTable
  readonly virtualServers: VirtualServers
  /** Calls that wait for people. */
  readonly approvals: ApprovalDesk
  /** Tokens of the host for upstreams that demand OAuth. */
  readonly authorizations: UpstreamAuthorizations
  /** Results that are given again. */
  readonly cache: ResultCache
  readonly finder: ToolFinder
  /** What clients of the workspace's own server see. */
  defaultView(workspaceId: string): Promise<View>
  /** Calls a tool for a plugin, through the same doors as a client's call. */
  relay(call: RelayedCall): Promise<JsonObject>
  /** True when the path was the gateway's; the response is then answered or being answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>
  connections(): readonly ConnectionView[]
}

/** Metadata is public by nature; browsers of other origins may read it. */
const ANY_ORIGIN = { 'access-control-allow-origin': '*' } as const

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

/** The rooms that calls pass, and what the edge needs of them. */
function openRooms(options: GatewayOptions, publicUrl: () => string) {
  const { policy, audit, review, store } = options
  const upstreams = options.upstreams ?? createUpstreamTable()
  const catalogOf: CatalogOf = async (upstream, signal) => {
    const catalog = await upstream.catalog(signal)
    return review === undefined ? catalog : review.review(upstream, catalog)
  }
  const views = createViews(upstreams, store.exposedNames, catalogOf)
  const hub = new ChangeHub(upstreams, views)
  const reviewing = review?.onChange((workspaceId) => hub.definitionsChanged(workspaceId))
  const search = new ToolSearch(options.embeddings)
  const cache = new ResultCache({ store, upstreams })
  const subscriptions = createSubscriptions(upstreams)
  const rates = new CallRates()
  const virtualServers = new VirtualServers({ store, views, hub, upstreams, policy, rates })
  const connections = createConnections()
  const { defaultOf, select, selected } = createSelect(virtualServers)
  const stateKey = options.stateKey ?? randomBytes(32)
  const bridge = new Bridge({ stateKey, audit })
  const keys = new StateKeys(stateKey, Date.now)
  const rows = store.approvals
  const approvals = openApprovals({ rows, audit, keys, publicUrl, waits: options.approvalWaits })
  const doors = { policy, audit, approvals, rates, bridge, cache, search }
  const viewOf = (selection: Selection) => views.get(selection)
  const context: EdgeContext = { doors, hub, subscriptions, connections, select, selected, viewOf }
  const sessions = new SessionTable({
    hub,
    subscriptions,
    selected: ({ start }) => selected(start.target, start.principal),
  })
  return {
    upstreams,
    catalogOf,
    virtualServers,
    approvals,
    cache,
    search,
    context,
    sessions,
    connections,
    defaultOf,
    async [Symbol.asyncDispose]() {
      connections.closeAll()
      bridge[Symbol.dispose]()
      virtualServers[Symbol.dispose]()
      approvals[Symbol.dispose]()
      cache[Symbol.dispose]()
      reviewing?.[Symbol.dispose]()
      await sessions[Symbol.asyncDispose]()
      subscriptions[Symbol.dispose]()
      hub[Symbol.dispose]()
    },
  }
}

/** Opens the gateway. Disposing it ends all sessions and streams; the upstreams belong to whoever added them. */
export function openGateway(options: GatewayOptions): Gateway {
  const { publicUrl: given, policy, authenticate, allowedHosts = [], authorizationServers = [] } = options
  const publicUrl = typeof given === 'string' ? () => given : given
  const rooms = openRooms(options, publicUrl)
  const { upstreams, catalogOf, search, context, sessions, connections } = rooms
  // Made with the first request: the public URL may not be known before the host listens.
  let edge: McpEdge | undefined

  return {
    upstreams,
    virtualServers: rooms.virtualServers,
    approvals: rooms.approvals.desk,
    authorizations: new UpstreamAuthorizations({ publicUrl }),
    cache: rooms.cache,
    finder: createToolFinder({
      search,
      policy,
      upstreams,
      catalogOf,
      viewFor: async (virtualServer, principal) => context.viewOf(await context.select({ virtualServer }, principal)),
    }),
    defaultView: (workspaceId) => context.viewOf(rooms.defaultOf(workspaceId)),
    relay: (call) => relayCall(context.doors, upstreams, catalogOf, call),
    async handle(request, response) {
      const path = readPath(request.url)
      if (path === undefined) return false
      edge ??= createMcpEdge({ context, sessions, authenticate, publicUrl, allowedHosts, log: options.log })
      if (path.kind !== 'metadata') await edge.handle(request, response, path.target, path.kind)
      else sendJson(response, 200, resourceMetadata(publicUrl(), path.target, authorizationServers), ANY_ORIGIN)
      return true
    },
    connections: () => [...sessions.list().map(describeSession), ...connections.list()],
    [Symbol.asyncDispose]: () => rooms[Symbol.asyncDispose](),
  }
}
