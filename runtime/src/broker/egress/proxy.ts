import { type IncomingMessage, type ServerResponse, createServer, request as sendRequest } from 'node:http'
import { type Server, type Socket, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { HTTP_METHODS, errorCode } from '@nexus/plugin-api'
import type { NetworkGrant } from '../../grants/grant.ts'
import type { SandboxLimits } from '../../sandbox/profile.ts'
import { type BrokerErrorCode, brokerError, brokerErrors } from '../errors.ts'
import { CONNECT_MS, MAX_HEADER_BYTES, MAX_PROXY_CONNECTIONS, TUNNEL_IDLE_MS } from '../limits.ts'
import { createMinuteBudget } from '../minute-budget.ts'
import { type EgressTarget, checkTarget } from './check-target.ts'
import type { EgressWatch } from './egress.ts'
import { type ResolveHost, createPinnedLookup, resolveWithSystem } from './pinned-agent.ts'

export interface EgressProxyOptions {
  /** All hosts that may be reached. */
  readonly grants: readonly NetworkGrant[]
  readonly limits: Pick<SandboxLimits, 'egressBytesPerMinute' | 'networkRequestsPerMinute'>
  /** Counts requests, and bytes in both directions. */
  readonly watch: EgressWatch
  /** Told of every attempt that was refused, and why. */
  readonly refused: (error: Error) => void
  readonly resolve?: ResolveHost
}

/** The way out of one contained process: an HTTP proxy that knows what was granted. */
export interface EgressProxy {
  /** Answers on a listening socket until it closes. */
  serve(door: Server): void
}

/**
 * An HTTP proxy (`CONNECT` and absolute URLs) over grants, checked addresses and quotas. A tunnel cannot be looked into,
 * so it needs a grant of every method; its target is judged before the connection and by the very addresses connected to.
 */
export function createEgressProxy(options: EgressProxyOptions): EgressProxy {
  const desk = createDesk(options)
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, headersTimeout: CONNECT_MS },
    (incoming, outgoing) => forward(desk, incoming, outgoing),
  )
  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) =>
    openTunnel(desk, incoming.url ?? '', client, head),
  )
  server.on('clientError', (_error, client) => client.destroy())
  return {
    serve(door) {
      door.maxConnections = MAX_PROXY_CONNECTIONS
      door.on('connection', (socket: Socket) => server.emit('connection', socket))
    },
  }
}

/** Checks, counts and refuses for one process. */
interface Desk {
  /** The target of a request, counted against the requests of the minute. Throws a coded error. */
  admit(url: string, method: string, grants: readonly NetworkGrant[], verbs: readonly string[]): EgressTarget
  readonly grants: readonly NetworkGrant[]
  /** Counts bytes of either direction. Throws when the minute is used up. */
  count(bytes: number): void
  connectOptions(target: EgressTarget): { host: string; port: number; lookup: ReturnType<typeof createPinnedLookup> }
  refuse(error: unknown): { readonly status: number; readonly text: string }
}

function createDesk({ grants, limits, watch, refused, resolve = resolveWithSystem }: EgressProxyOptions): Desk {
  const requests = createMinuteBudget(Date.now)
  const bytes = createMinuteBudget(Date.now)
  const lookups = { public: createPinnedLookup(false, resolve), private: createPinnedLookup(true, resolve) }
  return {
    grants,
    admit(url, method, granted, verbs) {
      const target = checkTarget(url, method, granted)
      if (!requests.take(1, limits.networkRequestsPerMinute))
        throw usedUp('networkRequestsPerMinute', limits, 'requests')
      for (const verb of verbs) watch.sending(target, verb, 0)
      return target
    },
    count(amount) {
      if (!bytes.take(amount, limits.egressBytesPerMinute)) throw usedUp('egressBytesPerMinute', limits, 'bytes')
      watch.received(amount)
    },
    connectOptions({ url, grant }) {
      const isHttps = url.protocol === 'https:'
      return {
        host: url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''),
        port: url.port === '' ? (isHttps ? 443 : 80) : Number(url.port),
        lookup: grant.allowPrivateAddresses ? lookups.private : lookups.public,
      }
    },
    refuse(error) {
      const own = ownError(error)
      refused(own.error)
      return { status: brokerErrors[own.code].status, text: `${own.code}: ${own.error.message}\n` }
    },
  }
}

function usedUp(limit: keyof EgressProxyOptions['limits'], limits: EgressProxyOptions['limits'], unit: string): Error {
  const value = limits[limit]
  return brokerError(
    'NETWORK_QUOTA',
    `Expected at most ${value} ${unit} within a minute (${limit}), found more. Wait for the next minute.`,
    { details: { limit, value } },
  )
}

/** A coded error of the broker passes; anything else is a connection that failed, told without addresses. */
function ownError(error: unknown): { readonly code: BrokerErrorCode; readonly error: Error } {
  const code = errorCode(error)
  if (error instanceof Error && code !== undefined && isBrokerCode(code)) return { code, error }
  const inner =
    error instanceof AggregateError
      ? error.errors.map(ownError).find(({ code: found }) => found !== 'NETWORK_FAILED')
      : undefined
  return (
    inner ?? {
      code: 'NETWORK_FAILED',
      error: brokerError('NETWORK_FAILED', `Expected a connection, found ${code ?? 'a broken one'}.`),
    }
  )
}

function isBrokerCode(code: string): code is BrokerErrorCode {
  return Object.hasOwn(brokerErrors, code)
}

const AUTHORITY = /^[^/?#@\\\s]+:\d{1,5}$/

function openTunnel(desk: Desk, authority: string, client: Duplex, head: Buffer): void {
  client.on('error', () => client.destroy())
  const refuse = (error: unknown): void => {
    const { status, text } = desk.refuse(error)
    client.end(
      `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    )
  }
  try {
    if (!AUTHORITY.test(authority)) throw brokerError('NETWORK_DENIED', 'Expected `host:port` after CONNECT.')
    // Whatever the scheme: inside a tunnel nobody sees it, as nobody sees the method.
    const grants = desk.grants
      .filter(({ methods }) => HTTP_METHODS.every((method) => methods.includes(method)))
      .map((grant) => ({ ...grant, scheme: 'https' as const }))
    const target = desk.admit(`https://${authority}/`, 'GET', grants, HTTP_METHODS)
    joinTunnel(desk, target, client, head, refuse)
  } catch (error) {
    refuse(error)
  }
}

function joinTunnel(
  desk: Desk,
  target: EgressTarget,
  client: Duplex,
  head: Buffer,
  refuse: (error: unknown) => void,
): void {
  const remote = connect({ ...desk.connectOptions(target), timeout: CONNECT_MS })
  let isOpen = false
  const end = (): void => {
    remote.destroy()
    client.destroy()
  }
  const counted = (chunk: Buffer): void => {
    try {
      desk.count(chunk.length)
    } catch (error) {
      // A tunnel has no place for an answer any more; the host's log has the reason.
      desk.refuse(error)
      end()
    }
  }
  remote.once('connect', () => {
    isOpen = true
    remote.setTimeout(TUNNEL_IDLE_MS)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) {
      counted(head)
      remote.write(head)
    }
    client.on('data', counted)
    remote.on('data', counted)
    client.pipe(remote).pipe(client)
  })
  remote.once('timeout', () =>
    isOpen ? end() : remote.destroy(brokerError('NETWORK_TIMEOUT', 'Expected a connection, found none in time.')),
  )
  remote.on('error', (error) => (isOpen ? end() : refuse(error)))
  client.on('close', () => remote.destroy())
  remote.on('close', () => {
    if (isOpen) client.destroy()
  })
}

/** Headers that speak to the proxy or of this one connection. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
])

function passedOn(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/))
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) || name.startsWith('proxy-') || named.has(name)
        ? []
        : [[name, value]],
    ),
  )
}

/** A plain `http:` request with an absolute URL. Redirects go back to the process, whose next request is judged again. */
function forward(desk: Desk, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const refuse = (error: unknown): void => {
    const { status, text } = desk.refuse(error)
    if (outgoing.headersSent) return void outgoing.destroy()
    outgoing.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(text)
  }
  const counted = (chunk: Buffer): void => {
    try {
      desk.count(chunk.length)
    } catch (error) {
      refuse(error)
      incoming.destroy()
      onward?.destroy()
    }
  }
  let onward: ReturnType<typeof sendRequest> | undefined
  try {
    const method = incoming.method ?? 'GET'
    const target = desk.admit(incoming.url ?? '', method, desk.grants, [method])
    if (target.url.protocol !== 'http:')
      throw brokerError('NETWORK_DENIED', 'Expected CONNECT for https, found a request in the clear.')
    onward = sendRequest(
      {
        ...desk.connectOptions(target),
        method,
        path: target.url.pathname + target.url.search,
        headers: { ...passedOn(incoming.headers), host: target.url.host },
        agent: false,
        timeout: TUNNEL_IDLE_MS,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, passedOn(answer.headers))
        answer.on('data', counted)
        answer.on('error', () => outgoing.destroy())
        answer.pipe(outgoing)
      },
    )
    onward.on('error', refuse)
    onward.on('timeout', () => onward?.destroy())
    outgoing.on('close', () => onward?.destroy())
    incoming.on('data', counted)
    incoming.pipe(onward)
  } catch (error) {
    refuse(error)
  }
}
