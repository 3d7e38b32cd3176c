const MIB = 1024 * 1024
/** Bytes of a file of a mirror that is not a bundle. */
export const MAX_MIRROR_JSON_BYTES = 16 * MIB
/** Bytes of a whole mirror, and files in it. */
export const MAX_MIRROR_BYTES = 64 * 1024 * MIB
export const MAX_MIRROR_FILES = 500_000
/** Leaves of the log in one file. */
export const MIRROR_LOG_PAGE = 500
/** Hex digits of a bundle's digest that name its file: 256 bits. */
export const BLOB_DIGITS = 64
/** How long a listener of a mirror's feed hears nothing at most, in milliseconds. */
export const MIRROR_BEAT_MS = 15_000
