/** Characters (code points after NFKC) of a password. */
export const PASSWORD_MIN = 10
export const PASSWORD_MAX = 256

/** Argon2id as OWASP asks for at least: 19 MiB, two passes, one lane. */
export const ARGON2_MEMORY_KIB = 19_456
export const ARGON2_PASSES = 2
export const ARGON2_LANES = 1

/** Failed sign-ins within the window after which an account, and an address, must wait. */
export const SIGN_IN_PER_ACCOUNT = 10
export const SIGN_IN_PER_ADDRESS = 50
export const SIGN_IN_WINDOW_MS = 15 * 60_000
/** Accounts or addresses remembered; the oldest is forgotten first. */
export const SIGN_IN_KEYS = 10_000

/** Tokens of one account, or of one publisher, that are neither expired nor revoked. */
export const TOKENS_PER_OWNER = 200
/** Days a token lives unless it says otherwise, and at most. */
export const TOKEN_DAYS = 90
export const TOKEN_DAYS_MAX = 365
/** `lastUsedAt` is written at most once in this time, milliseconds. */
export const TOUCH_MS = 60_000

/** How long an invite may be used, milliseconds. */
export const INVITE_MS = 14 * 24 * 60 * 60_000
