/** Words of a query that count. */
export const MAX_QUERY_WORDS = 10
/** Characters of a word; the rest of a longer one does not count. */
export const MAX_WORD_CHARACTERS = 40
/** Words of one document that are indexed. */
export const MAX_DOCUMENT_WORDS = 200
/** Characters from which a word also finds words that only begin with it. */
export const PREFIX_FROM = 2
/** Words that one word of a query may stand for. */
export const MAX_EXPANSIONS = 256
/** Characters from which one typing mistake is forgiven, and from which two are. */
export const TYPO_FROM = 4
export const TWO_TYPOS_FROM = 8
/** Documents that are gone before the index is built anew. */
export const REBUILD_AFTER = 10_000
