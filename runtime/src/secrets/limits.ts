/** Bytes of every key here: AES-256. */
export const KEY_BYTES = 32
/** Bytes of a secret's value in UTF-8. */
export const VALUE_BYTES = 65_536
/** How often a write starts again because somebody else wrote the same secret. */
export const PUT_ATTEMPTS = 8
