import type { SandboxLimits } from '../sandbox/profile.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Counts wait in memory for so long before they are written, milliseconds: what a killed host loses at most. */
export const FLUSH_MS = 10 * SECOND
/** How long buckets are kept, milliseconds. */
export const KEEP_MS = { minute: DAY, hour: 30 * DAY, day: 400 * DAY } as const
/** How often old buckets are looked for, milliseconds. */
export const PRUNE_MS = 10 * MINUTE
/** Minutes of one installation that may wait while the database cannot be written; older ones are added together. */
export const PENDING_MINUTES = 60
/** How long closing tries to write what is left, milliseconds. */
export const CLOSE_MS = 5 * SECOND

/** Breaches older than this are forgiven, milliseconds. */
export const BREACH_WINDOW_MS = 10 * MINUTE
/** So much weight within the window puts an installation into quarantine. */
export const QUARANTINE_WEIGHT = 5
/**
 * What a breach weighs. Only what the code of the plugin alone decides counts in full. A call may be slow because the
 * network is, so these weigh less; and what a caller decides (size and number of its calls) weighs nothing: nobody may
 * put somebody else's plugin into quarantine by calling it.
 */
export const BREACH_WEIGHTS: Partial<Record<keyof SandboxLimits | 'crash', number>> = {
  crash: 1,
  memoryMb: 1,
  cpuMsPerCall: 1,
  startMs: 1,
  outstandingCapabilityCalls: 0.5,
  capabilityCallsPerCall: 0.5,
  wallMsPerCall: 0.25,
}
/** Breaches of one installation that are audited one by one within a minute; more are recorded as a number. */
export const BREACH_RECORDS_PER_MINUTE = 10

/** Installations that the metrics name one by one; the rest is one line. */
export const METRIC_INSTALLATIONS = 500
/** Upper ends of the buckets of the call histogram, seconds. */
export const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const
