const MIB = 1024 * 1024

/** Characters of a package name, scope included. Source: npm's package name rules. */
export const MAX_NAME_LENGTH = 214
/** Characters of a dist-tag. */
export const MAX_TAG_LENGTH = 64
/** How long after its publication a version may be unpublished, in milliseconds. Source: npm's unpublish policy. */
export const UNPUBLISH_WINDOW_MS = 72 * 60 * 60 * 1000
/** Bytes of packuments kept ready to send; the least recently used go first. */
export const PACKUMENT_CACHE_BYTES = 24 * MIB
/** Bytes of a packument from which compressing it pays. */
export const COMPRESS_FROM_BYTES = 1400
/** Characters of a README that a packument shows. */
export const MAX_README_CHARACTERS = 64 * 1024
/** Packages read at once while the search index is built. */
export const INDEX_PAGE = 1000
