/** How long a person may take between opening the address and coming back, milliseconds. */
export const FLOW_MS = 10 * 60_000
/** People on their way at once, over all upstreams. */
export const MAX_FLOWS = 1_000
/** Servers that wait for a person at once; the longest waiting makes room. */
export const MAX_CHALLENGES = 10_000
/** Largest answer of an authorization server, bytes. */
export const OAUTH_BODY_BYTES = 256 * 1024
/** How long an authorization server may take, milliseconds. */
export const OAUTH_ANSWER_MS = 20_000
/** A token is renewed this long before it ends, milliseconds. */
export const RENEW_BEFORE_MS = 30_000
