/** Sandboxes of one group that share a cell; a crash costs all of them one restart. */
export const SANDBOXES_PER_CELL = 24
/** A cell that has seen so many come and go takes in nobody any more: allocators keep a little of each. */
export const TENANCIES_PER_CELL = 500
/** A cell must be ready this soon. */
export const CELL_START_MS = 10_000
/** How often a cell is asked whether it lives, and how long it may stay silent. Generous: a busy machine is no crime. */
export const HEARTBEAT_MS = 250
export const HEARTBEAT_KILL_MS = 4_000
/** How often the memory of a cell is read. */
export const MEMORY_POLL_MS = 100
/** A cell over its cap gets this long to say whose code is running, unless it is over by this factor. */
export const MEMORY_LAST_WORD_MS = 50
export const MEMORY_HARD_FACTOR = 1.5
/** Resident memory of a cell without its sandboxes. */
export const CELL_BASE_BYTES = 256 * 1_048_576
/** Resident memory a sandbox may cost its cell, as a multiple of its heap limit (code, buffers, fragmentation). */
export const MEMORY_FACTOR = 1.5
/** An empty cell is started for whoever needs one next, so long after the last was taken. */
export const SPARE_CELL_WAIT_MS = 250
/** A cell without sandboxes is kept this long for the next one. */
export const CELL_LINGER_MS = 5_000
/** An orderly stop of one sandbox may take this long. */
export const CLOSE_MS = 1_500
/** Calls in flight of innocent sandboxes get this long before a cell with a stuck thread is killed. */
export const DRAIN_MS = 500
/** Frames larger than this break the protocol: the largest honest payload and its head. */
export const FRAME_OVERHEAD_BYTES = 1_048_576
/** Files a cell may hold open. */
export const CELL_OPEN_FILES = 256
/** Threads and processes of a cell; every isolate that cannot be stopped holds one thread until the cell is killed. */
export const CELL_PROCESSES = 512
/** Last bytes of what a cell said on stderr, for the log. */
export const STDERR_BYTES = 4_096
/** Longest text of a guest's error that is looked at. */
export const MAX_ERROR_CHARACTERS = 16_384
/** A cell that dies this soon after one of its sandboxes was ended for a breach died of that one. */
export const BREACH_SHADOW_MS = 3_000
/** After a breach a cell takes no new sandboxes until it is known whether a thread in it cannot be stopped. */
export const DOUBT_MS = 800
/** How often a cell that is to be killed is looked at. */
export const DRAIN_POLL_MS = 10
/** What a call may tell its client: so many messages, of so many bytes each. */
export const MAX_MESSAGES_PER_CALL = 1_000
export const MAX_MESSAGE_BYTES = 65_536
