export const DAY_MS = 24 * 60 * 60_000

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
/** Days a token lives unless it says otherwise. */
export const TOKEN_DAYS = 90
/** `lastUsedAt` is written at most once in this time, milliseconds. */
export const TOUCH_MS = 60_000

/** How long an invite may be used, milliseconds. */
export const INVITE_MS = 14 * 24 * 60 * 60_000

/** Seconds a code of the second factor is for, and how many steps a clock may be off. */
export const OTP_PERIOD_SECONDS = 30
export const OTP_DRIFT_STEPS = 1
/** How long the token that showed a code may show it again from the same address, milliseconds: one command of npm. */
export const OTP_COMMAND_MS = 30_000
/** Recovery codes of one account. */
export const RECOVERY_CODES = 10

/** How long a sign-in in the browser may take, milliseconds. */
export const WEB_LOGIN_MS = 10 * 60_000
/** Sign-ins in the browser that one address may begin within the window. */
export const WEB_LOGINS_PER_ADDRESS = 60
/** Days the token lives that a sign-in gives. */
export const LOGIN_TOKEN_DAYS = 30
