/** Characters of a capability's argument that are shown. */
export const TARGET_CHARACTERS = 200
/** Built versions that are kept for a plugin on the bench: the one that serves, and those that may still be read. */
export const KEPT_BUILDS = 4
/** Changes of files that come within this time are one change, milliseconds. */
export const SETTLE_MS = 15
/** How often a tool may ask for input before a test gives up. */
export const INPUT_ROUNDS = 16
/** Runs of schedules within one move of the clock. */
export const SCHEDULED_RUNS = 10_000
/** How long a workbench without plugins waits for the next test, milliseconds. */
export const BENCH_LINGER_MS = 250
/** How long a failed call waits for its stack in the author's lines, milliseconds. */
export const AUTHOR_STACK_MS = 2_000
