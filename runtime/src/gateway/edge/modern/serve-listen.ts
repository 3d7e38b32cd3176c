import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../../errors.ts'
import { isJsonObject, notificationMessage, resultMessage, type RpcRequest } from '../../json-rpc.ts'
import { MAX_SUBSCRIPTIONS } from '../../limits.ts'
import { META_SERVER_INFO, META_SUBSCRIPTION_ID, MODERN_VERSION } from '../../protocol.ts'
import { LIST_KINDS } from '../../router/change-hub.ts'
import { ownerOf } from '../../router/router.ts'
import type { Upstream } from '../../upstream/upstream.ts'
import { openEventStream } from '../answer.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
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

function honoured({ lists, uris }: Filter): JsonObject {
  return {
    ...Object.fromEntries([...lists].map((kind) => [`${kind}ListChanged`, true])),
    ...(uris.length === 0 ? {} : { resourceSubscriptions: uris }),
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
  const owners = filter.uris.map((uri): [string, Upstream] => [uri, ownerOf(view, uri)])
  const since = new Date()
  const client = envelope.info?.['name']
  await using cleanup = new AsyncDisposableStack()
  const ended = Promise.withResolvers<void>()

  cleanup.use(
    context.connections.add(
      {
        era: 'modern',
        workspaceId: principal.workspaceId,
        principalId: principal.id,
        virtualServer: target.virtualServer,
        client: typeof client === 'string' ? client.slice(0, 100) : '',
        protocolVersion: MODERN_VERSION,
        since,
      },
      () => {
        stream.send(
          resultMessage(request.id, {
            resultType: 'complete',
            _meta: { [META_SUBSCRIPTION_ID]: request.id, [META_SERVER_INFO]: SERVER_INFO },
          }),
        )
        stream.end()
      },
    ),
  )
  const stream = openEventStream(response, {}, edge.dropped)
  response.on('close', () => ended.resolve())
  const send = (method: string, params: JsonObject) =>
    stream.send(notificationMessage(method, { ...params, _meta: { [META_SUBSCRIPTION_ID]: request.id } }))

  send('notifications/subscriptions/acknowledged', { notifications: honoured(filter) })
  cleanup.use(
    context.hub.join({
      selection: () => context.selected(target, principal.workspaceId),
      listChanged(kinds) {
        for (const kind of kinds) if (filter.lists.has(kind)) send(`notifications/${kind}/list_changed`, {})
      },
      resourceUpdated(uri) {
        if (filter.uris.includes(uri)) send('notifications/resources/updated', { uri })
      },
    }),
  )
  for (const [uri, owner] of owners) {
    await context.subscriptions.add(owner, uri)
    cleanup.defer(() => context.subscriptions.remove(owner, uri))
  }
  await ended.promise
}
