/** Characters (code points after NFKC) of a password. */
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 256

/** Argon2id as OWASP asks for at least: 19 MiB, two passes, one lane. */
export const ARGON2_MEMORY_KIB = 19_456
export const ARGON2_PASSES = 2
export const ARGON2_LANES = 1

/** A session nobody uses ends after this time, milliseconds. */
export const SESSION_IDLE_MS = 12 * 60 * 60_000
/** Every session ends after this time, milliseconds. */
export const SESSION_ABSOLUTE_MS = 7 * 24 * 60 * 60_000

/** The link that creates the first admin is valid this long, milliseconds; each start makes a new one. */
export const SETUP_LINK_MS = 24 * 60 * 60_000

/** `lastSeenAt` and `lastUsedAt` are written at most once in this time, milliseconds. */
export const TOUCH_MS = 60_000

/** How long a checked token is believed without asking the store, milliseconds: what another node may lag behind. */
export const TOKEN_CACHE_MS = 5_000
/** Tokens kept in memory. */
export const TOKEN_CACHE_SIZE = 10_000
/** Tokens of one user that are not revoked. */
export const TOKENS_PER_USER = 200

/** Failed sign-ins within the window after which an account, and an address, must wait. */
export const SIGN_IN_PER_ACCOUNT = 10
export const SIGN_IN_PER_ADDRESS = 50
export const SIGN_IN_WINDOW_MS = 15 * 60_000
/** Accounts or addresses remembered; the oldest is forgotten first. */
export const SIGN_IN_KEYS = 10_000

/** A refusal that repeats is audited at most once in this time per token or address, milliseconds. */
export const REFUSAL_AUDIT_MS = 60_000
export const REFUSAL_AUDIT_KEYS = 10_000
