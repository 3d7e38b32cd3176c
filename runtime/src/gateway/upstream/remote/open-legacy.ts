import { NexusError } from '@nexus/plugin-api'
import type { Connection, ConnectionEvents } from '../connection.ts'
import type { Endpoint } from './endpoint.ts'
import { openHttpSession } from './http-session.ts'
import { openSseConnection } from './sse-connection.ts'

/** A server that knows no POST at its address refuses it with a status of the caller's fault. */
function mayBeOlder(error: unknown): boolean {
  const status = error instanceof NexusError ? error.details['status'] : undefined
  return typeof status === 'number' && status >= 400 && status < 500
}

/** A server with sessions: Streamable HTTP, or the HTTP+SSE transport before it where POST is refused. */
export async function openLegacy(
  endpoint: Endpoint,
  events: ConnectionEvents,
  signal: AbortSignal,
): Promise<Connection> {
  try {
    return await openHttpSession(endpoint, events, signal)
  } catch (error) {
    if (signal.aborted || !mayBeOlder(error)) throw error
    return openSseConnection(endpoint, events, signal).catch(() => {
      // Neither of the two: what the newer one was told says more.
      throw error
    })
  }
}
