import { z } from 'zod'
import { isoDate } from './common.ts'

/** One of the equal servers behind an upstream. */
const replicaView = z.object({
  name: z.string(),
  /** Of a remote one. */
  address: z.string().optional(),
  /** Whose connection it is, where every user has their own: a user's id, a principal's id, or `host`. */
  owner: z.string().optional(),
  state: z.enum(['idle', 'connecting', 'ready', 'failed']),
  breaker: z.enum(['closed', 'open', 'half-open']),
  /** When an open breaker lets a call through again. */
  retryAt: isoDate.optional(),
  draining: z.boolean(),
  /** Calls in flight. */
  outstanding: z.int(),
  lastError: z.object({ code: z.string(), message: z.string(), at: isoDate }).optional(),
})

/** How calls are spread, held back and repeated. Counts begin at zero when the upstream is opened. */
export const upstreamPoolView = z.object({
  sharing: z.enum(['shared', 'perUser']),
  /** Calls at once at each replica. */
  maxConcurrent: z.int(),
  maxQueued: z.int(),
  /** Calls that wait for a free replica. */
  queued: z.int(),
  /** Calls refused with `UPSTREAM_BUSY`. */
  busy: z.int(),
  /** Calls refused with `UPSTREAM_OPEN` or `UPSTREAM_DRAINED`. */
  refused: z.int(),
  /** Requests sent a second time. */
  repeated: z.int(),
  /** Times a breaker opened. */
  opened: z.int(),
  reconnects: z.int(),
  replicas: z.array(replicaView),
})
