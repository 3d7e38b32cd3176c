/** Time the prelude itself may take; it runs before any plugin code. */
export const PRELUDE_MS = 2_000
/** How often running isolates are looked at. */
export const WATCH_MS = 20
/** The watch stops when nothing ran for this long. */
export const WATCH_IDLE_MS = 1_000
/** An entry must be back this long after its time limit, else its isolate is disposed. */
export const ENTRY_GRACE_MS = 200
/** Code must be back this long after its call was cancelled or ran out of time, else its sandbox ends. */
export const ORPHAN_MS = 1_000
/** A thread that still runs this long after its isolate was disposed cannot be stopped: the cell must go. */
export const STUCK_MS = 500
/** Entries that an isolate is given before the first of them is back. */
export const MAX_ENTRIES_AHEAD = 32
/** An empty isolate for the next plugin is made when nobody moved in for this long. */
export const NURSERY_WAIT_MS = 20
/** The memory of a sandbox is collected when it did nothing for this long. */
export const COLLECT_AFTER_MS = 2_000
/**
 * V8's own limit counts wall time: a backstop, far enough above the CPU budget that a busy machine does not reach it. The
 * CPU clock is what convicts.
 */
export const WALL_PER_CPU = 30
export const WALL_EXTRA_MS = 2_000
/** CPU time of the start and of work outside of calls, at least; the prelude alone takes some milliseconds. */
export const MIN_BACKGROUND_CPU_MS = 500
/** Timers a plugin may have at once. */
export const MAX_TIMERS = 64
/** Progress messages of one call that are passed on. */
export const MAX_PROGRESS_PER_CALL = 1_000
/** Messages of one call to its client that are passed on. */
export const MAX_MESSAGES_PER_CALL = 1_000
/** Longest progress message, message to a client and log line, characters of JSON text. */
export const MAX_LINE_CHARACTERS = 16_384
/** Longest question to the URL parser. */
export const MAX_URL_QUESTION_CHARACTERS = 65_536
/** Random bytes handed over at once. */
export const MAX_RANDOM_BYTES = 65_536
/** Messages of errors are cut here. */
export const MAX_MESSAGE_CHARACTERS = 1_000
/** Frames larger than this end the cell: the host never sends such. */
export const MAX_FRAME_BYTES = 64 * 1_048_576
/** How long a moved clock waits for what the guest asked of the host, milliseconds of real time. */
export const SETTLE_MS = 2_000
/** How often it looks, milliseconds. */
export const SETTLE_LOOK_MS = 1
