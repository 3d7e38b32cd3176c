import { type RequestListener, type Server, createServer } from 'node:http'

/** How long connections in use may finish after the server stopped taking new ones, milliseconds. */
const GRACE_MS = 10_000
const KEEP_ALIVE_MS = 75_000
/** Seconds a client that came too early should wait. */
const RETRY_SECONDS = '1'

/** The listening server: answers 503 until the rooms behind it are open. */
export interface Front {
  readonly server: Server
  serve(listener: RequestListener): void
  /** Takes no new connections; resolves when those in use are done, or ends them after a while. May be called again. */
  close(): Promise<void>
}

export function createFront(): Front {
  let listener: RequestListener = (_request, response) => {
    response
      .writeHead(503, { 'retry-after': RETRY_SECONDS, 'content-type': 'text/plain; charset=utf-8' })
      .end('Nexus is starting.\n')
  }
  const server = createServer((request, response) => listener(request, response))
  // Longer than clients and load balancers keep idle connections: whoever closes first, no request is lost on the way.
  server.keepAliveTimeout = KEEP_ALIVE_MS
  let closing: Promise<void> | undefined
  return {
    server,
    serve(next) {
      listener = next
    },
    close() {
      closing ??= closeGracefully(server)
      return closing
    },
  }
}

async function closeGracefully(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const grace = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await promise
  clearTimeout(grace)
}
