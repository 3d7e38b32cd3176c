/** Longest silence of a live feed before it counts as broken, in milliseconds; the registry says something every 15 s. */
export const FEED_SILENCE_MS = 45_000
/** First and longest wait before the feed is tried again, in milliseconds. Each wait is spread by a random half. */
export const FEED_RETRY_MS = 1000
export const FEED_RETRY_MAX_MS = 60_000
/** Bytes of one event of the feed. */
export const MAX_EVENT_BYTES = 64 * 1024
/** Entries after which the place in the feed is written down, when they come without a pause. */
export const ENTRIES_BETWEEN_WRITES = 200
/** Leaves asked for at once. */
export const LOG_PAGE = 500
/** Releases asked for at once when the catalogue is compared with the log. */
export const CATALOGUE_PAGE = 100
/** Bytes of a log export. */
export const MAX_EXPORT_BYTES = 1024 * 1024 * 1024
