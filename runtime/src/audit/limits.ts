/** The longest that an event waits for others before it is written, milliseconds. */
export const BATCH_MS = 200
/** Events of one write. */
export const BATCH_EVENTS = 512
/** Events that may wait while the store cannot be written. When they are this many, nothing new may happen. */
export const BUFFER_EVENTS = 10_000
/** Of these, so many are kept for what has begun already and must still be recorded. */
export const RESERVED_EVENTS = 1_000
/** First wait after a failed write; doubles up to the maximum, milliseconds. */
export const RETRY_FIRST_MS = 100
export const RETRY_MAX_MS = 5_000
/** How long closing tries to write what is left, milliseconds. */
export const CLOSE_MS = 5_000

/** Characters of an id, action, target or request id. */
export const NAME_LENGTH = 300
/** Members of an event's details, and characters of one value. */
export const DETAIL_MEMBERS = 20
export const DETAIL_LENGTH = 256
