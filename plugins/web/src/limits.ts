/** Elements nested deeper are taken as part of the one they are in; no real page needs more. */
export const MAX_NESTING = 200
/** Lists and quotations nested deeper are not indented further, so that the text stays proportional to the page. */
export const MAX_INDENT = 12
/** Longest text a link may hold; one that holds more was never closed. */
export const MAX_LINK_TEXT = 500
/** A main part shorter than this is taken for an accident and the whole page is given. */
export const MIN_MAIN_CHARACTERS = 200
export const MAX_TABLE_COLUMNS = 40
export const DEFAULT_CHARACTERS = 20_000
export const MIN_CHARACTERS = 100
export const MAX_CHARACTERS = 200_000
export const DEFAULT_LINKS = 200
export const MAX_LINKS = 1000
export const MAX_URL = 4000
/** Characters of an error page shown. */
export const MAX_EXCERPT = 600
export const FETCH_TIMEOUT_MS = 20_000
