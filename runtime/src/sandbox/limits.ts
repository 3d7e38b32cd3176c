/** Calls, events and scheduled runs that may stand above a call. */
export const MAX_CALL_DEPTH = 8
/** No profile may allow larger arguments or results than this. */
export const MAX_PAYLOAD_BYTES = 32 * 1_048_576
