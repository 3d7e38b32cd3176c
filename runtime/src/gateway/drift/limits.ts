/** Definitions that are looked at in one turn of the event loop; lists may have thousands. */
export const DEFINITIONS_PER_TURN = 100
/** Definitions that are kept of one upstream; more are neither kept nor offered. */
export const MAX_DEFINITIONS = 40_000
/** Changes of one upstream are written down this often, after a burst: it may change its lists every millisecond. */
export const WRITE_PAUSE_MS = 1_000
export const WRITE_BURST = 5
/** Held definitions that get an audit event each; more are told in one. */
export const MAX_SINGLE_EVENTS = 20
/** Lines of a definition that are compared; the rest is shown as removed and added. */
export const MAX_DIFF_LINES = 2_000
/** Characters shown of what a flag is about. */
export const MAX_FOUND = 120
/** Flags that are kept of one definition. */
export const MAX_FLAGS = 50
/** Shortest name that another may be taken for by a slip of a finger. */
export const MIN_NEAR_NAME = 6
/** How long after a server says that its lists changed they are reviewed, milliseconds: changes come in bursts. */
export const REVIEW_DELAY_MS = 100
/** How long its new lists may take to come, milliseconds. */
export const REVIEW_TIMEOUT_MS = 30_000
