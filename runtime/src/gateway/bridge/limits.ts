/** How long a client has to come back with the answers to a parked call. */
export const PARK_MS = 5 * 60_000
/** Longest life of a call that asks, all rounds and all waiting together. */
export const PARKED_TOTAL_MS = 15 * 60_000
/** How long a first question waits for others of the same moment, so that all are asked at once. */
export const GATHER_MS = 20
/** Parked calls of one principal, and of the host. */
export const MAX_PARKED_PER_PRINCIPAL = 16
export const MAX_PARKED = 1_024
/** Questions of one call that wait at the same time, and their bytes as JSON. */
export const MAX_QUESTIONS = 16
export const MAX_QUESTION_BYTES = 1024 * 1024
/** Bytes of questions and late results that all parked calls keep together. */
export const MAX_PARKED_BYTES = 64 * 1024 * 1024
/** How often one call may come back to its client with questions. */
export const MAX_PARKED_ROUNDS = 32

/** Times a legacy client is asked for input within one call to a modern upstream. */
export const MAX_INPUT_ROUNDS = 8
/** Pause before a modern upstream that asks for nothing new is tried again, for example until a URL was visited. */
export const QUIET_ROUND_MS = 1_000

/** How long the state in a client's hands opens. */
export const STATE_MS = 15 * 60_000
/** Largest `requestState` of an upstream. */
export const MAX_UPSTREAM_STATE_BYTES = 64 * 1024
/** Largest `requestState` that is looked at. */
export const MAX_STATE_BYTES = 2 * MAX_UPSTREAM_STATE_BYTES
/** A key for request states is used this long, and opens what it sealed for as long again. */
export const STATE_KEY_MS = 24 * 60 * 60_000
