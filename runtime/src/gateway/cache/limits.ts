/** Memory of all results that are kept, and of one. */
export const MEMORY_BYTES = 32 * 1024 * 1024
export const MAX_RESULT_BYTES = 1024 * 1024
/** What an entry weighs beside its text: key, index and offsets. */
export const ENTRY_BYTES = 512
/** Longest time anything is kept, whatever an upstream says. */
export const MAX_TTL_MS = 24 * 60 * 60_000
/** Shorter-lived results are not worth a write to the store. */
export const STORE_MIN_TTL_MS = 5_000
/** Largest result that is written there. */
export const STORE_RESULT_BYTES = 256 * 1024
/** Removals of one upstream that wait for the store at once. */
export const MAX_REMOVALS = 64
/** Rows of all results in the store. */
export const STORE_ROWS = 20_000
/** How often what has expired is removed. */
export const SWEEP_MS = 60_000
/** Requests of which it is remembered whether their results may be shared. */
export const KNOWN_SCOPES = 10_000
/** Upstreams whose lists are read again are asked at most this often, however short-lived they call them. */
export const LISTS_MIN_TTL_MS = 5_000
