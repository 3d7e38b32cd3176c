import { type IncomingMessage, type ServerResponse, createServer, request as sendRequest } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { brokerError } from '../errors.ts'
import { CONNECT_MS, MAX_HEADER_BYTES, MAX_PROXY_CONNECTIONS, TUNNEL_IDLE_MS } from '../limits.ts'
import { type EgressProxyOptions, type ProxyDesk, createDesk } from './proxy-desk.ts'
import { openTunnel } from './proxy-tunnel.ts'

export type { EgressProxyOptions } from './proxy-desk.ts'

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
function forward(desk: ProxyDesk, incoming: IncomingMessage, outgoing: ServerResponse): void {
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
