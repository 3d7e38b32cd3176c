/** Most tools that one document may become; a client with more could not choose. */
export const MAX_TOOLS = 500
/** Longest tool name every known client accepts. */
export const MAX_NAME = 64
/** Longest description of a tool, as the manifest's schema has it. */
export const MAX_DESCRIPTION = 2000
export const MAX_TITLE = 120
/** Schema nodes written out in place before references become `$defs`. */
export const MAX_INLINE_NODES = 1000
/** Nesting of a schema or a reference chain beyond which the document is refused. */
export const MAX_DEPTH = 64
/** Characters of a successful answer handed to the caller. */
export const MAX_ANSWER = 200_000
/** Characters of a failed answer handed to the caller. */
export const MAX_EXCERPT = 2000
export const CALL_TIMEOUT_MS = 30_000
