/** Minutes of tool calls that are kept in memory. */
export const WINDOW_MINUTES = 60
/** Shortest time the latency histogram tells apart, milliseconds. */
export const HISTOGRAM_FIRST_MS = 0.25
/** Each bucket of the histogram ends this much later than the one before: a reading is at most a fifth too high. */
export const HISTOGRAM_GROWTH = 1.2
/** Buckets of the histogram: 0.25 ms to about seven minutes, the last one takes the rest. */
export const HISTOGRAM_BUCKETS = 79
/** Log lines kept for each installation. */
export const LOG_LINES = 200
/** Longest log line that is kept, UTF-16 units; the rest is cut. */
export const LOG_LINE_CHARACTERS = 4096
/** Installations whose log lines are kept; the one that wrote least recently goes first. */
export const LOG_INSTALLATIONS = 1000
/** Room between the sequence numbers of two starts of the host: more lines a millisecond than it can write. */
export const LINES_PER_MS = 1000
