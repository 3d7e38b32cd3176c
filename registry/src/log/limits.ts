/** Hex digits of one hash. */
export const HASH_HEX = 64
/** How often the log's size is looked at while somebody listens, in milliseconds. */
export const FEED_POLL_MS = 400
/** How long a listener hears nothing at most, in milliseconds. */
export const FEED_BEAT_MS = 15_000
/** Listeners at once. */
export const MAX_FEED_CLIENTS = 1000
/** Newest events kept as text. */
export const MAX_FEED_EVENTS_KEPT = 64
