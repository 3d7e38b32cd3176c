/** How long to wait for a connection to the registry, and for each answer to begin and to go on, in milliseconds. */
export const REGISTRY_TIMEOUT_MS = 15_000
/** How long one whole exchange with the registry may take, in milliseconds. */
export const REGISTRY_DEADLINE_MS = 120_000
/** Bytes of a JSON answer of the registry. */
export const MAX_REGISTRY_ANSWER_BYTES = 16 * 1024 * 1024
/** How long the outcome of a whole check of a kept release is reused at starts, in milliseconds: 7 days. */
export const STAMP_MAX_AGE_MS = 7 * 24 * 60 * 60 * 1000
/** Hex digits of the digest that name a release's folder: 128 bits, so that no two releases share one. */
export const FOLDER_DIGITS = 32
