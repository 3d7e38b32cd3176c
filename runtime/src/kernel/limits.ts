/** How long checking the bytes and grants of one plugin may take before it starts, milliseconds. */
export const VERIFY_TIMEOUT_MS = 30_000
/** How long starting may take at most, milliseconds; the sandbox profile sets a shorter time for the code itself. */
export const START_TIMEOUT_MS = 60_000
/** How long calls in flight may finish after a plugin was told to stop, milliseconds. */
export const DRAIN_TIMEOUT_MS = 10_000
/** How long closing a plugin's sandbox may take, milliseconds. */
export const CLOSE_TIMEOUT_MS = 5_000
/** Plugins that start at the same time. */
export const START_CONCURRENCY = 4
/** First wait before a crashed plugin is started again; doubles up to the maximum, milliseconds. */
export const BACKOFF_FIRST_MS = 500
export const BACKOFF_MAX_MS = 60_000
/** So many crashes within the window put a plugin into quarantine. */
export const QUARANTINE_CRASHES = 5
export const QUARANTINE_WINDOW_MS = 10 * 60_000
/** How long a new side may take until everything it offers has answered once, milliseconds; covers a download from npm. */
export const READY_TIMEOUT_MS = 240_000
/** How long a new side is watched after a swap, milliseconds. */
export const PROBATION_MS = 60_000
/** How often it is looked at, milliseconds. */
export const PROBATION_LOOK_MS = 250
/** So many times the code of a new side may have to be ended, its own fault or a neighbour's. */
export const PROBATION_DEATHS = 1
/** So many failed calls, and at least this share of all, roll a swap back, unless the old side failed as often. */
export const PROBATION_FAILURES = 5
export const PROBATION_FAILURE_SHARE = 0.5
/** So many calls on both sides make them comparable. */
export const PROBATION_CALLS = 20
/** By so much the share of failed calls may grow against the old side. */
export const PROBATION_MORE_FAILURES = 0.2
/** By so much slow calls may get slower against the old side: both as a factor and in milliseconds. */
export const PROBATION_SLOWER = 5
export const PROBATION_SLOWER_MS = 2_000
