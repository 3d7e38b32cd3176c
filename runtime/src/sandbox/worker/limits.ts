/** Resident memory of one more thread, besides its heap: stack, code, Node's own start. */
export const THREAD_BASE_BYTES = 32 * 1_048_576
/** Young generation of a thread's heap, MiB: room for short-lived objects that `memoryMb` does not count. */
export const YOUNG_GENERATION_MB = 16
/** How often busy threads are looked at. */
export const WATCH_MS = 20
/** A thread that does not tell its CPU time within this is in code that cannot be interrupted. */
export const CPU_ANSWER_MS = 500
/** Work that no entry began, such as after a native promise, is looked for after this, then twice as late each time. */
export const LATE_POSTS_FIRST_MS = 1
export const LATE_POSTS_LAST_MS = 16
/** A thread must be there, with the plugin's code evaluated, before `startMs` of the host; this is for its own start. */
export const THREAD_IDLE_MS = 0.5
