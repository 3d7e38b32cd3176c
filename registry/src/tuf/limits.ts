/** Version of the TUF specification that the metadata follow. */
export const SPEC_VERSION = '1.0.31'
/** Keys of the root role, and how many of them must sign. */
export const ROOT_KEYS = 3
export const ROOT_THRESHOLD = 2
/**
 * Two to the power of this many bins for releases. A role for each plugin would be 20,000 lines in every snapshot, which
 * tuf-js reads in quadratic time (1024 lines: 0.5 s; 256: below 10 ms); 256 bins hold 80 releases each at 20,000.
 */
export const BIN_BITS = 8
const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/** How long each kind of metadata counts, in milliseconds. */
export const ROOT_LIFETIME_MS = 365 * DAY_MS
export const BIN_LIFETIME_MS = 365 * DAY_MS
export const SNAPSHOT_LIFETIME_MS = 7 * DAY_MS
export const TIMESTAMP_LIFETIME_MS = DAY_MS
/** How long before its end each is made anew, in milliseconds. */
export const ROOT_RENEWAL_MS = 90 * DAY_MS
export const BIN_RENEWAL_MS = 60 * DAY_MS
export const SNAPSHOT_RENEWAL_MS = 3 * DAY_MS
export const TIMESTAMP_RENEWAL_MS = 12 * HOUR_MS
/** How often the timestamp's age is looked at when nobody asks for it, in milliseconds. */
export const TIMESTAMP_CHECK_MS = HOUR_MS
/** How long replaced metadata stay for those who are in the middle of reading, in milliseconds. */
export const REPLACED_LIFETIME_MS = HOUR_MS
/** Leaves of the log taken over in one transaction. */
export const MAX_LEAVES_AT_ONCE = 5000
