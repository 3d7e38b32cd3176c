/** Calls at once at one replica; more wait. */
export const MAX_CONCURRENT = 128
/** Calls that wait for a free replica of one upstream; more are refused. */
export const MAX_QUEUED = 1_024
/** How long a call waits for a free replica. */
export const QUEUE_MS = 10_000
/** Faults within the window that open the breaker, when they are at least half of all calls since the first of them. */
export const BREAKER_FAULTS = 5
export const BREAKER_WINDOW_MS = 10_000
/** How long an open breaker lets nothing through. Doubles with each trial in vain. */
export const BREAKER_OPEN_MS = 1_000
export const BREAKER_OPEN_MAX_MS = 30_000
/** Faults kept for the window. */
export const BREAKER_MEMORY = 1_000
/** Times a request that is safe to repeat is sent again. */
export const RETRIES = 1
/** How often a quiet connection is asked whether it lives. */
export const PROBE_MS = 15_000
/** An answer to a probe may take this long, or as long as the interval when that is shorter. */
export const PROBE_ANSWER_MS = 5_000
/** Probes without an answer, one after the other, after which a connection counts as lost. */
export const PROBE_MISSES = 2
/** Intervals without a request after which an upstream is no longer in use and left alone. */
export const PROBE_UNUSED_INTERVALS = 20
/** Progress reports and log lines of one connection that may come at once, and go on to come. */
export const NOTICE_BURST = 1_000
export const NOTICES_PER_SECOND = 200
/** Pools of one upstream with a pool for each user. */
export const MAX_USERS = 64
/** A user's pool without a call for this long is closed; its next call opens it again. */
export const USER_IDLE_MS = 10 * 60_000
/** How long a restart waits for the calls in flight. */
export const RESTART_DRAIN_MS = 10_000

/** The bounds of one upstream. Times in milliseconds. */
export interface PoolLimits {
  readonly maxConcurrent: number
  readonly maxQueued: number
  readonly queueMs: number
  /** Longest a call may take; `undefined` leaves it at the deadline of every call. */
  readonly callMs: number | undefined
  readonly breakerFaults: number
  readonly breakerWindowMs: number
  readonly breakerOpenMs: number
  readonly retries: number
  /** Whether a tool call that may have run is sent again when the tool says that it reads only or is idempotent. */
  readonly retryTools: boolean
  /** 0 asks never. */
  readonly probeMs: number
  readonly maxUsers: number
  readonly userIdleMs: number
}

export const DEFAULT_POOL_LIMITS: PoolLimits = {
  maxConcurrent: MAX_CONCURRENT,
  maxQueued: MAX_QUEUED,
  queueMs: QUEUE_MS,
  callMs: undefined,
  breakerFaults: BREAKER_FAULTS,
  breakerWindowMs: BREAKER_WINDOW_MS,
  breakerOpenMs: BREAKER_OPEN_MS,
  retries: RETRIES,
  retryTools: false,
  probeMs: PROBE_MS,
  maxUsers: MAX_USERS,
  userIdleMs: USER_IDLE_MS,
}

/** The defaults with what the settings of an upstream say instead. */
export function poolLimits(settings: Partial<PoolLimits> = {}): PoolLimits {
  return { ...DEFAULT_POOL_LIMITS, ...settings }
}
