/** A run begins up to this much after its time, and never later than a tenth of the pause to the next one. */
export const MAX_JITTER_MS = 30_000
export const JITTER_SHARE = 0.1
/** No timer waits longer: clocks are set and machines sleep. */
export const MAX_TIMER_MS = 60 * 60_000
/** Whoever comes later than this has missed the run: the machine slept, or its clock was set. */
export const MAX_LATE_MS = 5 * 60_000
/** A run that has not said how it ended is taken for lost this long after the sandbox's own limit. */
export const LEASE_MARGIN_MS = 60_000
