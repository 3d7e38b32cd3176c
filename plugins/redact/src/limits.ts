/** Nesting of a result beyond which it is refused rather than looked through. */
export const MAX_DEPTH = 200
/** Characters that one custom pattern may stand for. Bounds the work per character of a text. */
export const MAX_PATTERN_CHARACTERS = 64
export const MAX_PATTERNS = 32
