/** One more instance starts when each of those awake has this many calls in flight. */
export const BUSY_CALLS = 4
/** So often within the window a sandbox that died with its cell is started again at once; after that its end is told. */
export const REVIVALS = 3
export const REVIVAL_WINDOW_MS = 60_000
