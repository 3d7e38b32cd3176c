/** How long a message waits for a host that does not answer, for example because it is restarted, milliseconds. */
export const PATIENCE_MS = 20_000
/** The same for the first message of a client: its own patience with a process that it starts is short. */
export const HELLO_PATIENCE_MS = 5_000
/** First and longest pause between two attempts to reach it. */
export const FIRST_PAUSE_MS = 100
export const LONGEST_PAUSE_MS = 2_000
/** Longest a call may take before its answer begins: a little more than the host allows. */
export const CALL_MS = 330_000
/** How long the host may take to hear that a session is over. */
export const GOODBYE_MS = 1_000
/** Pause before a lost stream is taken up, when the host named none. */
export const REOPEN_MS = 500
/** Pause before a host that opens no other session is asked again. */
export const UNWANTED_MS = 10_000
/** Times one answer is taken up again after its stream broke. */
export const MAX_RESUMPTIONS = 20
/** Longest line a client may write; the host takes no larger message. */
export const MAX_INPUT_LINE_BYTES = 4 * 1024 * 1024
