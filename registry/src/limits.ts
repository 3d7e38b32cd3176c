/** Bytes of a JSON request body. */
export const MAX_JSON_BODY_BYTES = 256 * 1024
/** How long an upload waits to be published, in milliseconds. */
export const UPLOAD_LIFETIME_MS = 60 * 60 * 1000
/** Uploads of one publisher that wait to be published. */
export const MAX_PENDING_UPLOADS = 16
/** Uploads received and releases checked at once in this process; more are asked to come back. */
export const MAX_CONCURRENT_WRITES = 8
/** Seconds after which a refused caller may try again. */
export const RETRY_AFTER_SECONDS = 5
/** How far a publisher's clock may be ahead, in milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60 * 1000
/** How long the rest of a refused body is read over so that its sender hears the answer, in milliseconds. */
export const DRAIN_MS = 5000
/** The same when nothing comes. */
export const DRAIN_IDLE_MS = 250
/** How long closing waits for requests in flight, in milliseconds. */
export const CLOSE_GRACE_MS = 10_000
/** How long downloads by npm clients are counted in memory before they are written, in milliseconds. */
export const DOWNLOAD_FLUSH_MS = 1000
