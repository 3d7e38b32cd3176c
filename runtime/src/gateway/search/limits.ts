/** Tools that a virtual server may offer before its clients search in place of reading a list, unless it says otherwise. */
export const SEARCH_ABOVE = 60
/** Characters of a query that are looked at. */
export const MAX_QUERY = 400
/** Hits of one search: at most, and when nobody says. */
export const MAX_HITS = 50
export const DEFAULT_HITS = 10
/** Definitions of one `describe_tools`. */
export const MAX_DESCRIBED = 20
/** Characters of a description that a hit shows; the whole of it is in the definition. */
export const SHORT_DESCRIPTION = 240
/** Kinds of callers that an index of one view is kept for: those who see the same tools share one. */
export const MAX_INDEXES_PER_VIEW = 8
/** Characters of a tool's text that are embedded. */
export const MAX_EMBEDDED_CHARACTERS = 2_000
/** Texts of one request to the embedding service. */
export const EMBEDDING_BATCH = 64
/** Vectors that are kept; whose text was used least recently goes first. */
export const MAX_VECTORS = 20_000
/** A search does not wait longer for the embedding service; it then goes by words alone. */
export const EMBEDDING_MS = 2_000
/** The service is not asked again for this long after it failed. */
export const EMBEDDING_REST_MS = 30_000
/** Bytes of one answer of the service. */
export const MAX_EMBEDDING_BYTES = 16 * 1024 * 1024
/** Tools that are compared when duplicates are looked for. */
export const MAX_COMPARED = 20_000
/** How long upstreams have to say what they offer, milliseconds. */
export const LISTS_MS = 5_000
