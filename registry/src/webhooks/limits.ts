const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Webhooks of one publisher. */
export const MAX_WEBHOOKS = 20
/** Bytes of a signing secret. */
export const SECRET_BYTES = 32
/** Waiting before each further attempt, in milliseconds, as Standard Webhooks suggests; after the last one it is given up. */
export const RETRY_MS: readonly number[] = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
]
/** Each wait is up to this share longer or shorter, so that receivers that come back are not met by all at once. */
export const JITTER = 0.2
/** A webhook without one success for this long is disabled. */
export const DISABLE_AFTER_MS = 5 * DAY_MS
/** What a receiver may take to answer, milliseconds. */
export const DELIVERY_TIMEOUT_MS = 10_000
/** Deliveries on their way at once; one of each webhook. */
export const MAX_DELIVERIES = 16
/** How often the log and the queue are looked at, milliseconds. */
export const LOOK_MS = 1_000
/** Log entries read at once. */
export const LOG_PAGE = 100
/** How long finished deliveries are kept. */
export const HISTORY_MS = 30 * DAY_MS
