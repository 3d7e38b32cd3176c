/** Calls of one workspace that may wait at a time, and of one principal. */
export const MAX_PENDING = 500
export const MAX_PENDING_PER_PRINCIPAL = 20
/** Characters of arguments that a person can be shown whole. Nobody should approve what they cannot see. */
export const MAX_ARGUMENTS = 262_144
/** Characters of arguments in the form that a client shows; the queue shows all. */
export const ARGUMENTS_IN_FORM = 4_000
/** Characters of the note that goes with a decision. */
export const MAX_NOTE = 500
/** How long a call is held open for a client that hears of progress: the rest of its time is for the call itself. */
export const WAIT_WITH_PROGRESS_MS = 240_000
/** The same for one that does not: less than the minute after which such clients give up. */
export const WAIT_MS = 45_000
/** How often such a client is told that the call still waits. */
export const PROGRESS_MS = 10_000
/** How long a retry of a modern client is held open before it is told to come again. */
export const HOLD_MS = 20_000
/** Times a modern client is told to come again before the call fails. */
export const MAX_HOLDS = 30
/** How often a waiting call looks into the store for a decision that was taken on another node. */
export const LOOK_MS = 1_000
/** How long an identical call is answered by the same denial. */
export const DENIAL_STANDS_MS = 300_000
/** How long a call that ran may ask its client for input before its state is forgotten. */
export const ROUNDS_MS = 900_000
/** Decided calls that the queue still shows. */
export const DECIDED_SHOWN = 50
/** How often expired approvals are looked for. */
export const SWEEP_MS = 15_000
