// Every number a person could notice, in one place.

/** A request without an answer is given up after this time. */
export const REQUEST_TIMEOUT_MS = 30_000
/** After this time a skeleton turns into "still loading" with a retry. */
export const LOADING_SLOW_MS = 8_000
/** How often a screen with live state asks again while it is visible. */
export const REFRESH_MS = 5_000
/** How often the rail counts the plugins that wait for a person. */
export const RAIL_REFRESH_MS = 15_000
/** How often the progress of a job is asked for. */
export const JOB_POLL_MS = 400
/** Typing is left alone for this long before a search or a plan is asked for. */
export const TYPING_PAUSE_MS = 250
/** Lines of a live log that are kept on the screen. */
export const LOG_LINES_SHOWN = 500
export const OFFLINE_RETRY_SECONDS = 5
export const TOAST_SHOWN_MS = 6_000
/** How long "Copied" replaces "Copy". */
export const COPIED_SHOWN_MS = 2_000
/** Records per page of the audit trail. */
export const AUDIT_PAGE = 50
/** Tools of one upstream that the editor shows before it asks to narrow the search. */
export const TOOLS_SHOWN = 200
/** Characters of an installation's label. */
export const LABEL_MAXIMUM = 32
export const PASSWORD_MINIMUM = 12
export const FIRST_TOKEN_DAYS = 90
