import type { UpstreamState } from '../upstream.ts'

/** `open`: lets nothing through; `half-open`: lets one call through to see whether it is answered. */
export type BreakerState = 'closed' | 'open' | 'half-open'

/** How one replica does. */
export interface ReplicaReadings {
  /** Unique within the upstream. */
  readonly name: string
  /** The address of a remote replica. */
  readonly address: string | undefined
  /** Whose it is, where every user has a pool of their own: a user id, a principal id, or `host`. */
  readonly owner: string | undefined
  readonly state: UpstreamState
  readonly breaker: BreakerState
  /** When an open breaker lets a call through again. */
  readonly retryAt: Date | undefined
  readonly draining: boolean
  /** Calls in flight. */
  readonly outstanding: number
  readonly lastError: { readonly code: string; readonly message: string; readonly at: Date } | undefined
}

/** How an upstream does. Counts begin at zero when it is opened. */
export interface PoolReadings {
  readonly sharing: 'shared' | 'perUser'
  readonly maxConcurrent: number
  readonly maxQueued: number
  /** Calls that wait for a free replica. */
  readonly queued: number
  /** Calls refused because the queue was full or the wait too long. */
  readonly busy: number
  /** Calls refused because every breaker was open. */
  readonly refused: number
  /** Requests sent a second time. */
  readonly repeated: number
  /** Times a breaker opened. */
  readonly opened: number
  /** Connections opened after the first of each replica. */
  readonly reconnects: number
  readonly replicas: readonly ReplicaReadings[]
}

/** What an operator sees of the replicas behind one upstream, and can do with them. */
export interface UpstreamPool {
  readings(): PoolReadings
  /** The replica gets no new calls and finishes those in flight. Fails with `REPLICA_UNKNOWN`. */
  drain(replica: string): void
  /** Takes a draining replica into use again. Fails with `REPLICA_UNKNOWN`. */
  resume(replica: string): void
  /** One replica after the other: finishes its calls, closes its connection and opens a new one. */
  restart(): Promise<void>
}
