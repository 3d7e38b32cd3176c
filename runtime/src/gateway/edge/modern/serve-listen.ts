import { errorCode, type JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../../identity/principal.ts'
import { gatewayError } from '../../errors.ts'
import { isJsonObject, notificationMessage, resultMessage, type RpcId, type RpcRequest } from '../../json-rpc.ts'
import { MAX_SUBSCRIPTIONS } from '../../limits.ts'
import { META_SERVER_INFO, META_SUBSCRIPTION_ID, MODERN_VERSION } from '../../protocol.ts'
import { type Audience, LIST_KINDS } from '../../router/change-hub.ts'
import { ownerFor } from '../../router/router.ts'
import type { View } from '../../router/view.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import { type EventStream, onGone, openEventStream } from '../answer.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { keepAccess } from '../keep-access.ts'
import { SERVER_INFO } from '../server-identity.ts'
import type { Envelope } from './check-envelope.ts'

interface Filter {
  readonly lists: ReadonlySet<string>
  readonly uris: readonly string[]
}

function readFilter(params: JsonObject | undefined): Filter {
  const wanted = params?.['notifications']
  if (!isJsonObject(wanted))
    throw gatewayError('PARAMS_INVALID', "Invalid params: expected an object 'notifications', found none.")
  const uris = wanted['resourceSubscriptions'] ?? []
  if (!Array.isArray(uris) || uris.length > MAX_SUBSCRIPTIONS || !uris.every((uri) => typeof uri === 'string')) {
    throw gatewayError(
      'PARAMS_INVALID',
      `Invalid params: expected at most ${MAX_SUBSCRIPTIONS} URIs in 'resourceSubscriptions'.`,
    )
  }
  return {
    lists: new Set(LIST_KINDS.filter((kind) => wanted[`${kind}ListChanged`] === true)),
    uris,
  }
}

/** Whose resource a URI is; `undefined` for one that nobody has: it is left out of what is acknowledged. */
function findOwner({ doors }: EdgeContext, view: View, uri: string, reader: Principal): Upstream | undefined {
  try {
    return ownerFor(doors.policy, view, uri, reader)
  } catch (error) {
    if (errorCode(error) === 'RESOURCE_UNKNOWN') return undefined
    throw error
  }
}

/** The messages of one subscription. The first has to be the acknowledgement: notices that come before it wait. */
class Subscription {
  readonly #id: RpcId
  readonly #stream: EventStream
  #early: JsonObject[] | undefined = []

  constructor(id: RpcId, stream: EventStream) {
    this.#id = id
    this.#stream = stream
  }

  acknowledge(notifications: JsonObject): void {
    this.#stream.send(this.#message('notifications/subscriptions/acknowledged', { notifications }))
    for (const message of this.#early ?? []) this.#stream.send(message)
    this.#early = undefined
  }

  tell(method: string, params: JsonObject): void {
    const message = this.#message(method, params)
    if (this.#early === undefined) this.#stream.send(message)
    else if (this.#early.length < MAX_SUBSCRIPTIONS) this.#early.push(message)
  }

  end(): void {
    const result = { [META_SUBSCRIPTION_ID]: this.#id, [META_SERVER_INFO]: SERVER_INFO }
    this.#stream.send(resultMessage(this.#id, { resultType: 'complete', _meta: result }))
    this.#stream.end()
  }

  #message(method: string, params: JsonObject): JsonObject {
    return notificationMessage(method, { ...params, _meta: { [META_SUBSCRIPTION_ID]: this.#id } })
  }
}

/** Serves `subscriptions/listen`: an event stream of exactly the notices that the client asked for. */
export async function serveListen(
  context: EdgeContext,
  edge: EdgeRequest,
  request: RpcRequest,
  envelope: Envelope,
): Promise<void> {
  const { principal, target, response } = edge
  const filter = readFilter(request.params)
  const view = await context.viewOf(await context.select(target, principal))
  const owners = new Map(filter.uris.map((uri) => [uri, findOwner(context, view, uri, principal)]))
  const ended = Promise.withResolvers<void>()
  await using cleanup = new AsyncDisposableStack()
  const client = envelope.info?.['name']
  const listener = {
    era: 'modern',
    workspaceId: principal.workspaceId,
    principalId: principal.id,
    virtualServer: target.virtualServer,
    client: typeof client === 'string' ? client.slice(0, 100) : '',
    protocolVersion: MODERN_VERSION,
    since: new Date(),
  } as const
  cleanup.use(context.connections.add(listener, () => subscription.end()))
  const subscription = new Subscription(request.id, openEventStream(response, {}, edge.dropped))
  onGone(response, ended.resolve)
  keepAccess(edge)
  cleanup.use(context.hub.join(audienceOf(context, edge, filter, owners, subscription)))
  const watched = await watch(context, owners, cleanup)
  subscription.acknowledge(honoured(filter, watched))
  await ended.promise
}

function audienceOf(
  context: EdgeContext,
  { target, principal }: EdgeRequest,
  { lists }: Filter,
  owners: ReadonlyMap<string, Upstream | undefined>,
  subscription: Subscription,
): Audience {
  return {
    selection: () => context.selected(target, principal),
    listChanged(kinds) {
      for (const kind of kinds) if (lists.has(kind)) subscription.tell(`notifications/${kind}/list_changed`, {})
    },
    resourceUpdated(uri, upstreamId) {
      if (owners.get(uri)?.id === upstreamId) subscription.tell('notifications/resources/updated', { uri })
    },
  }
}

/** Subscribes at the owners; answers with the URIs whose owner agreed. */
async function watch(
  { subscriptions }: EdgeContext,
  owners: ReadonlyMap<string, Upstream | undefined>,
  cleanup: AsyncDisposableStack,
): Promise<readonly string[]> {
  const asked = [...owners].map(async ([uri, owner]) => {
    if (owner === undefined) return []
    await subscriptions.add(owner, uri)
    // An upstream that is gone has no subscriptions left to end.
    cleanup.defer(() => subscriptions.remove(owner, uri).catch(() => undefined))
    return [uri]
  })
  const settled = await Promise.allSettled(asked)
  return settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
}

function honoured({ lists }: Filter, uris: readonly string[]): JsonObject {
  return {
    ...Object.fromEntries([...lists].map((kind) => [`${kind}ListChanged`, true])),
    ...(uris.length === 0 ? {} : { resourceSubscriptions: uris }),
  }
}
