/** Largest source map that is read, bytes; a larger one leaves stacks as they are. */
export const MAX_MAP_BYTES = 8 * 1_048_576
/** Heap of the thread that reads source maps, MiB. */
export const MAP_THREAD_HEAP_MB = 128
/** How long mapping one text may take, milliseconds; a map that takes longer is not asked again. */
export const MAP_BUDGET_MS = 2_000
/** The thread ends when nothing was mapped for this long, milliseconds. */
export const MAP_THREAD_IDLE_MS = 30_000
/** Source maps that the thread keeps. */
export const MAPS_KEPT = 8
/** Frames of one text that are mapped; the rest stays as it is. */
export const MAX_FRAMES = 64
/** Texts that wait to be mapped; more are written as they are. */
export const MAX_WAITING_TEXTS = 100
/** Maps remembered as bad. */
export const MAX_BAD_MAPS = 100
/** What the start of the thread may take besides, milliseconds. */
export const MAP_THREAD_START_MS = 10_000
