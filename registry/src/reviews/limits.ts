/** How far the time in a statement may be from the registry's, in milliseconds. */
export const STATEMENT_AGE_MS = 5 * 60 * 1000
/** Statements of one host in a window. */
export const STATEMENTS_PER_HOST = 120
/** Statements of one person about one plugin in a window. */
export const STATEMENTS_PER_PERSON = 20
/** Window of both, in milliseconds. */
export const STATEMENT_WINDOW_MS = 60 * 1000
/** Hosts and people remembered for it. */
export const STATEMENT_KEYS = 10_000
/** New hosts in an hour, over all: a registry that many hosts know grows slower than a flood. */
export const HOSTS_PER_HOUR = 60
/** Cases in one list of a moderator. */
export const MODERATION_PAGE = 100
