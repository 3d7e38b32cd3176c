/** Bytes of an MCPB bundle. */
export const MAX_BUNDLE_BYTES = 128 * 1_048_576
/** Bytes of everything in it, unpacked. */
export const MAX_UNPACKED_BYTES = 512 * 1_048_576
/** Files and folders in it. */
export const MAX_ENTRIES = 20_000
/** Bytes of a path in it. */
export const MAX_PATH_BYTES = 512
/** Bytes of its manifest. */
export const MAX_MANIFEST_BYTES = 1_048_576
/** Bytes of one answer of a registry. */
export const MAX_ANSWER_BYTES = 4 * 1_048_576
/** What a registry may take to answer, milliseconds. */
export const SOURCE_TIMEOUT_MS = 20_000
/** What a download may take, milliseconds. */
export const DOWNLOAD_TIMEOUT_MS = 120_000
/** Entries asked for at once. */
export const SOURCE_PAGE = 30
/** How long an uploaded bundle waits to be installed, milliseconds. */
export const HELD_BUNDLE_MS = 24 * 60 * 60_000
