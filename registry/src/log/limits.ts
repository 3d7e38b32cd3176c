/** Hex digits of one hash. */
export const HASH_HEX = 64
