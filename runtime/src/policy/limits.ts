/** How long one policy of a pack may think, milliseconds. */
export const ASK_TIMEOUT_MS = 2_000
/** Characters of a policy's answer, which may hold a whole result. */
export const ANSWER_CHARACTERS = 16 * 1024 * 1024
/** Characters of the reason that a policy gives; the rest is cut. */
export const REASON_CHARACTERS = 500
/** Rules of one workspace. */
export const RULES_PER_WORKSPACE = 1_000
