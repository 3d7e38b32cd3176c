/** How long the host may take to answer one request, milliseconds. */
export const REQUEST_TIMEOUT_MS = 60_000
/** How often the progress of a job is asked for, milliseconds. */
export const JOB_POLL_MS = 200
/** How long one check of `doctor` may take, milliseconds. */
export const CHECK_TIMEOUT_MS = 3_000
/** Free space below which `doctor` warns, and below which it fails, bytes. */
export const DISK_WARN_BYTES = 2 * 1024 ** 3
export const DISK_FAIL_BYTES = 200 * 1024 ** 2
/** Largest secret read from standard input, bytes; the API takes no more. */
export const SECRET_BYTES = 65_536
/** How long an event stream may be silent, milliseconds; the host says every 15 s that it is there. */
export const STREAM_SILENCE_MS = 60_000

/** How often a sign-in in the browser is asked after, milliseconds. */
export const LOGIN_POLL_MS = 1_500
