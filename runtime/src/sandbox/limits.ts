/** No profile may allow larger arguments or results than this. */
export const MAX_PAYLOAD_BYTES = 32 * 1_048_576
