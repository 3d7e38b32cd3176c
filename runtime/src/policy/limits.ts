/** How long one policy of a pack may think, milliseconds. */
export const ASK_TIMEOUT_MS = 2_000
/** Characters of a policy's answer, which may hold a whole result. */
export const ANSWER_CHARACTERS = 16 * 1024 * 1024
/** Characters of the reason that a policy gives; the rest is cut. */
export const REASON_CHARACTERS = 500
/** Rules of one workspace. */
export const RULES_PER_WORKSPACE = 1_000
/** Bounds of how long an approval may be waited for and used, seconds. */
export const MIN_APPROVAL_SECONDS = 30
export const MAX_APPROVAL_SECONDS = 7 * 86_400
/** The same when a policy does not say. */
export const DEFAULT_APPROVAL_SECONDS = 900
/** People that one rule may name as approvers. */
export const MAX_APPROVERS = 50
/** Characters of a tool's or prompt's name in a rule. */
export const MAX_RULE_NAME = 128
