/** Rows of one multi-row INSERT: far below the variables that a statement may hold on either dialect. */
export const INSERT_ROWS = 500

/** Audit records that one query may ask for. */
export const AUDIT_FIND_LIMIT = 1000

/** Characters of a plugin's storage key. */
export const STORAGE_KEY_LENGTH = 512

/** What a row weighs beside its key and value: without it, a quota would hold millions of empty values. */
export const STORAGE_ENTRY_BYTES = 32

/** Keys that one listing of a plugin's storage may ask for. */
export const STORAGE_LIST_LIMIT = 1000
