/** Largest request body, bytes. The largest legitimate one is a virtual server with 2000 tools. */
export const BODY_BYTES = 1_048_576
/** Jobs remembered for each workspace; finished ones go first. */
export const JOBS_PER_WORKSPACE = 50
/** Jobs of one workspace that may run at once. */
export const RUNNING_JOBS_PER_WORKSPACE = 4
/** What a caller is told to wait when too many jobs run, seconds. */
export const JOB_RETRY_SECONDS = 5
/** What a caller is told to wait when the host is shutting down, seconds. */
export const CLOSING_RETRY_SECONDS = 5
/** Audit records on the overview. */
export const RECENT_RECORDS = 10
/** Longest life of the browser's copy of a hashed asset, seconds: a year. */
export const ASSET_SECONDS = 31_536_000
/** How long browsers remember to use https only, seconds: a year. */
export const HSTS_SECONDS = 31_536_000
/** Largest file of the built UI that is served, bytes. */
export const UI_FILE_BYTES = 8 * 1_048_576
/** How long a view waits for an upstream to tell its lists, milliseconds. */
export const CATALOG_WAIT_MS = 2_000
/** How often an event stream without events says that it is alive, milliseconds; proxies end silent ones. */
export const STREAM_HEARTBEAT_MS = 15_000
/** How long an event stream lasts, milliseconds; whoever comes back is asked again who they are. */
export const STREAM_LIFE_MS = 600_000
/** How often a stream looks whether the host is shutting down, milliseconds. */
export const STREAM_LOOK_MS = 500
/** Events that wait for a slow reader; the oldest goes first. */
export const STREAM_WAITING = 1_000
/** Event streams that one workspace may hold open. */
export const STREAMS_PER_WORKSPACE = 50
/** What a caller is told to wait when too many streams are open, seconds. */
export const STREAM_RETRY_SECONDS = 30
/** How often a stream of approvals looks for what happened on other nodes. */
export const APPROVAL_LOOK_MS = 3_000
/** Streams of approvals that one person may have open: one for each window. */
export const APPROVAL_STREAMS_PER_PRINCIPAL = 20

/** Held definitions that one answer shows, with what changed in each. */
export const DEFINITIONS_PER_LIST = 200
