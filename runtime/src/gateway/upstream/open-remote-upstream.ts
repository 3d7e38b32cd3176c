import { errorCode } from '@nexus/plugin-api'
import { CONNECT_MS, RECONNECT_REMOTE_MAX_MS } from '../limits.ts'
import type { Connection, OpenConnection } from './connection.ts'
import { openPool, type PoolSettings } from './pool/open-pool.ts'
import { ReconnectingUpstream, type UpstreamIdentity } from './reconnecting-upstream.ts'
import type { Endpoint } from './remote/endpoint.ts'
import type { HttpEgress } from './remote/http-egress.ts'
import { openHttpStateless } from './remote/http-stateless.ts'
import { openLegacy } from './remote/open-legacy.ts'
import type { Upstream } from './upstream.ts'

export interface RemoteUpstreamOptions extends Omit<Endpoint, 'label' | 'headers'>, PoolSettings {
  readonly identity: UpstreamIdentity
  /** `owner` is whose credentials are meant, where users have their own. */
  readonly headers: (owner?: string) => ReturnType<Endpoint['headers']>
  /** Makes the way out one that brings the tokens of `owner` along, for servers that demand some. */
  readonly authorize?: (egress: HttpEgress, owner: string | undefined, address: string) => HttpEgress
  /** Addresses of equal servers that share the calls with the one at `url`. */
  readonly replicas?: readonly string[]
}

/** These say that the server cannot be talked to at all, in any era. */
const HOPELESS: ReadonlySet<string> = new Set([
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_DIED',
  'UPSTREAM_REFUSED',
  'UPSTREAM_TIMEOUT',
  'CALL_CANCELLED',
  'NETWORK_DENIED',
  'NETWORK_TIMEOUT',
  'CREDENTIAL_MISSING',
  'UPSTREAM_AUTHORIZATION_REQUIRED',
])

/**
 * Joins both eras of one server. A client is served in its own era, because servers that speak both often offer
 * elicitation and sampling in the client's own way only.
 */
function bothEras(modern: Connection, openOther: () => Promise<Connection>): Connection {
  let legacy: Promise<Connection | undefined> | undefined
  const closed = Promise.withResolvers<Error>()
  void modern.closed.then(closed.resolve)
  const legacyLeg = async (): Promise<Connection | undefined> => {
    try {
      const connection = await openOther()
      void connection.closed.then(closed.resolve)
      return connection
    } catch (error) {
      // A server of the modern revision alone refuses the handshake; it is asked in its own era from now on.
      if (HOPELESS.has(errorCode(error) ?? '')) throw error
      return undefined
    }
  }
  return {
    hello: modern.hello,
    async request(method, params, exchange) {
      if (exchange.client?.era !== 'legacy') return modern.request(method, params, exchange)
      legacy ??= legacyLeg().catch((error: unknown) => {
        legacy = undefined
        throw error
      })
      return ((await legacy) ?? modern).request(method, params, exchange)
    },
    async close() {
      await modern.close()
      await (await legacy?.catch(() => undefined))?.close()
    },
    lose(reason) {
      modern.lose(reason)
      void legacy?.then((connection) => connection?.lose(reason)).catch(() => undefined)
    },
    closed: closed.promise,
  }
}

/** Streamable HTTP servers of either era, or of both: each asked for the modern one first. */
export function openRemoteUpstream({ replicas = [], ...options }: RemoteUpstreamOptions): Upstream {
  return openPool({
    ...options,
    kind: 'remote',
    replicasOf: (owner, { probeMs }) =>
      [options.url, ...replicas].map((url, index) => ({
        name: String(index + 1),
        address: url,
        upstream: openServer({ ...options, url }, owner, probeMs),
      })),
  })
}

function openServer(
  { identity, url, headers, egress, authorize }: RemoteUpstreamOptions,
  owner: string | undefined,
  probeMs: number,
): ReconnectingUpstream {
  const wayOut = authorize === undefined ? egress : authorize(egress, owner, url)
  const endpoint: Endpoint = { url, egress: wayOut, label: identity.label, headers: () => headers(owner) }
  const open: OpenConnection = async (events, signal) => {
    try {
      const modern = await openHttpStateless(endpoint, events, signal)
      return bothEras(modern, () => openLegacy(endpoint, events, AbortSignal.timeout(CONNECT_MS)))
    } catch (error) {
      if (signal.aborted || HOPELESS.has(errorCode(error) ?? '')) throw error
      return openLegacy(endpoint, events, signal)
    }
  }
  return new ReconnectingUpstream({ identity, kind: 'remote', maxPauseMs: RECONNECT_REMOTE_MAX_MS, probeMs, open })
}
