import { type LookupFunction, type OnReadOpts, type Socket, connect, isIP } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export interface SocketOptions {
  /** `http:` or `https:`, host and port. */
  readonly origin: URL
  readonly lookup: LookupFunction
  readonly onread: OnReadOpts
  /** A session of an earlier connection to the same origin, to take up. */
  readonly session: Buffer | undefined
  readonly ready: () => void
  readonly sessionMade: (session: Buffer) => void
}

/** Opens a connection whose bytes go to `onread`: a stream in between would cost more than reading them. */
export function openSocket({ origin, lookup, onread, session, ready, sessionMade }: SocketOptions): Socket {
  const host = origin.hostname.startsWith('[') ? origin.hostname.slice(1, -1) : origin.hostname
  const secure = origin.protocol === 'https:'
  const port = Number(origin.port === '' ? (secure ? 443 : 80) : origin.port)
  const common = { host, port, lookup, onread, noDelay: true, keepAlive: true }
  if (!secure) return connect(common, ready)
  const options: ConnectionOptions & { readonly onread: OnReadOpts } = {
    ...common,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(session === undefined ? {} : { session }),
  }
  return connectTls(options, ready).on('session', sessionMade)
}
