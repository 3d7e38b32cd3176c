/** How long an answer from outside may take, milliseconds, and how large it may be, bytes. */
export const OUTSIDE_MS = 5_000
export const OUTSIDE_BYTES = 64 * 1024
/** DNS: milliseconds of one try, and tries. */
export const DNS_MS = 2_000
export const DNS_TRIES = 2

/** A proof is looked at again after this time, milliseconds. */
export const PROOF_RECHECK_MS = 24 * 60 * 60_000
/** A proof ends when its domain has not shown it for this long, milliseconds. */
export const PROOF_GRACE_MS = 7 * 24 * 60 * 60_000
/** How often the registry looks which proofs are due, milliseconds, and how many it checks at once. */
export const PROOF_ROUND_MS = 60 * 60_000
export const PROOFS_PER_ROUND = 100

/** Downloads from which on names that are one slip away are held. */
export const POPULAR_DOWNLOADS = 1_000
/** Popular names that new ones are compared with. */
export const POPULAR_NAMES = 2_000
/** How long the list of popular names is kept, milliseconds. */
export const POPULAR_MS = 10 * 60_000

/** Trust records of one package. */
export const TRUSTS_PER_PACKAGE = 20
/** How long the token of a workflow lives, milliseconds. */
export const TRUSTED_TOKEN_MS = 10 * 60_000
/** How old an identity may be, seconds, and how far clocks may differ. */
export const IDENTITY_AGE_SECONDS = 10 * 60
export const IDENTITY_SKEW_SECONDS = 30
/** How long an issuer's keys are kept, milliseconds, and how soon they are fetched again for a key nobody knows. */
export const ISSUER_KEYS_MS = 10 * 60_000
export const ISSUER_KEYS_AGAIN_MS = 30_000
/** Names whose shape for comparing is kept in memory. */
export const NAME_SHAPES = 10_000
