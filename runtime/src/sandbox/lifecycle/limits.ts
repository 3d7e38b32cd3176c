/** One more instance starts when each of those awake has this many calls in flight. */
export const BUSY_CALLS = 4
/** So often within the window a sandbox that ended is started again by itself; after that its end is told. */
export const MAX_ENDS = 3
export const END_WINDOW_MS = 60_000
