import type { LookupFunction } from 'node:net'
import { HttpConnection } from './connection.ts'
import { HttpFailure } from './errors.ts'
import type { HttpHandler, HttpRequest, RequestControl } from './exchange.ts'
import { MAX_IDLE_PER_ORIGIN, SWEEP_MS } from './limits.ts'

/** Connections to one origin. */
interface Origin {
  readonly url: URL
  /** Those without a request; the one used last is taken first. */
  readonly idle: HttpConnection[]
  readonly all: Set<HttpConnection>
  session: Buffer | undefined
}

/** An HTTP/1.1 client that keeps connections. */
export interface HttpClient {
  /** Sends a request over a kept connection or a new one. */
  dispatch(request: HttpRequest, handler: HttpHandler): RequestControl
  /** Ends every connection; requests under way fail. */
  destroy(): void
}

export interface HttpClientOptions {
  /** Finds the address of a host; the only thing that does. */
  readonly lookup: LookupFunction
  readonly connectMs: number
  /** How long a connection is kept while nobody uses it. */
  readonly keepAliveMs: number
}

/** Opens connections as they are needed: one for each request under way, kept for the next one. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const origins = new Map<string, Origin>()
  let sweeping: NodeJS.Timeout | undefined
  const sweep = (): void => {
    const now = performance.now()
    for (const { idle } of origins.values()) {
      for (const connection of idle.filter(({ expiresAt }) => expiresAt <= now)) connection.destroy(expired())
    }
  }
  const release = (key: string, origin: Origin): void => {
    if (origin.all.size === 0) origins.delete(key)
    if (origins.size > 0) return
    clearInterval(sweeping)
    sweeping = undefined
  }
  const connect = (key: string, origin: Origin): HttpConnection => {
    const connection = new HttpConnection({
      origin: origin.url,
      ...options,
      session: origin.session,
      sessionMade: (session) => (origin.session = session),
      idle: (idle) => {
        if (origin.idle.length < MAX_IDLE_PER_ORIGIN) origin.idle.push(idle)
        else idle.destroy(expired())
      },
      closed: (closed) => {
        origin.all.delete(closed)
        const at = origin.idle.indexOf(closed)
        if (at !== -1) origin.idle.splice(at, 1)
        release(key, origin)
      },
    })
    origin.all.add(connection)
    sweeping ??= setInterval(sweep, SWEEP_MS).unref()
    return connection
  }
  return {
    dispatch(request, handler) {
      const origin = origins.get(request.origin) ?? createOrigin(request.origin)
      origins.set(request.origin, origin)
      const connection = takeIdle(origin) ?? connect(request.origin, origin)
      return connection.send(request, handler)
    },
    destroy() {
      const gone = new HttpFailure('CONNECTION_CLOSED', 'Expected the client to be open, found it closed.')
      for (const { all } of origins.values()) for (const connection of all) connection.destroy(gone)
    },
  }
}

function createOrigin(origin: string): Origin {
  return { url: new URL(origin), idle: [], all: new Set(), session: undefined }
}

function takeIdle({ idle }: Origin): HttpConnection | undefined {
  const now = performance.now()
  for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
    if (connection.expiresAt > now) return connection
    connection.destroy(expired())
  }
  return undefined
}

function expired(): HttpFailure {
  return new HttpFailure('CONNECTION_CLOSED', 'Expected a fresh connection, found one kept too long.')
}
