import { gatewayError } from '../errors.ts'
import { MAX_LISTENERS, MAX_LISTENERS_PER_PRINCIPAL } from '../limits.ts'
import type { Era } from '../protocol.ts'

/** A connected client as people see it: a legacy session, or a stream of change notices. */
export interface ConnectionView {
  readonly era: Era
  readonly workspaceId: string
  readonly principalId: string
  readonly virtualServer: string | undefined
  readonly client: string
  readonly protocolVersion: string
  readonly since: Date
  readonly lastSeenAt: Date
}

export type ListenerView = Omit<ConnectionView, 'lastSeenAt'>

/** The open `subscriptions/listen` streams, counted. */
export interface Connections {
  /** Fails with `LISTENER_LIMIT`. `close` ends the stream when the host stops. */
  add(listener: ListenerView, close: () => void): Disposable
  list(): readonly ConnectionView[]
  closeAll(): void
}

export function createConnections(): Connections {
  const open = new Map<ListenerView, () => void>()
  return {
    add(listener, close) {
      const own = open
        .keys()
        .reduce((count, { principalId }) => count + (principalId === listener.principalId ? 1 : 0), 0)
      if (open.size >= MAX_LISTENERS || own >= MAX_LISTENERS_PER_PRINCIPAL) {
        throw gatewayError(
          'LISTENER_LIMIT',
          `Expected at most ${MAX_LISTENERS_PER_PRINCIPAL} open subscriptions of one principal, found as many already.`,
        )
      }
      open.set(listener, close)
      return { [Symbol.dispose]: () => void open.delete(listener) }
    },
    list: () =>
      open
        .keys()
        .map((listener) => ({ ...listener, lastSeenAt: new Date() }))
        .toArray(),
    closeAll() {
      for (const close of open.values()) close()
    },
  }
}
