/** Largest request body a client may send. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024
/** Bytes that may wait for a client that reads slowly; with more waiting, the next message cuts its connection. */
export const MAX_UNSENT_BYTES = 8 * 1024 * 1024
/** A client that takes longer over one large answer, with no progress, is cut off. */
export const UNREAD_ANSWER_MS = 10_000
/** Answers that leave at most this much unsent are not watched. */
export const UNREAD_ANSWER_BYTES = 256 * 1024
/** Refusals of clients that are logged within one window; more are counted. */
export const LOGGED_REFUSALS = 20
export const LOG_WINDOW_MS = 10_000
/** Hard end of any call, whatever progress it reports. */
export const CALL_DEADLINE_MS = 300_000
/** How long a list waits for an upstream that never answered before. */
export const CATALOG_WAIT_MS = 10_000
/** How much longer the others are waited for once some upstream has said what it offers. */
export const CATALOG_GRACE_MS = 5_000
/** As long as the first, for one that was waited for in vain before. */
export const CATALOG_WAIT_AGAIN_MS = 100
/** How soon a view that lacks an upstream is built again. */
export const INCOMPLETE_VIEW_MS = 2_000
/** Entries of one list page. Large, because many old clients never ask for the second page. */
export const PAGE_SIZE = 1_000
/** Changes within this time reach clients as one notice. */
export const CHANGE_DEBOUNCE_MS = 50
/** How long a log line that names no call may still be of a client whose call was answered. */
export const LATE_NOTICE_MS = 2_000
/** How long a server may go on with a call that was cancelled, and ask or tell something in its name. */
export const CANCELLED_CALL_SPEAKS_MS = 10_000
/** Lists of an upstream that announces one change after the other are read again no more often than this. */
export const LIST_REFRESH_MAX_MS = 2_000
/**
 * Hint for modern clients: how long a list may be kept without asking again. None: a client that does not listen for
 * changes would miss an install for that long, and a list costs less here than the request that asks for it.
 */
export const LIST_TTL_MS = 0
/** Comment lines on quiet event streams, so that nothing in between closes them. */
export const KEEP_ALIVE_MS = 15_000
/** How often the client of an open event stream is asked for its right to be here again. */
export const RECHECK_MS = 15_000

/** A legacy session without traffic and without an open stream ends after this. */
export const SESSION_IDLE_MS = 30 * 60_000
/** How often idle sessions are looked for. */
export const SESSION_SWEEP_MS = 60_000
/** Legacy sessions of the host. */
export const MAX_SESSIONS = 10_000
/** Legacy sessions of one principal; the longest unused one gives way. */
export const MAX_SESSIONS_PER_PRINCIPAL = 128
/** Requests in flight within one legacy session. */
export const MAX_SESSION_REQUESTS = 256
/** A client of the HTTP+SSE transport that has not sent `initialize` by then is let go. */
export const INTRODUCE_MS = 30_000
/** A legacy call that runs longer gets an event stream, so that its answer survives a lost connection. */
export const PRIME_AFTER_MS = 3_000
/** How long a lost client may take to come back: for that time its calls go on and its answers are kept. */
export const RESUME_MS = 60_000
/** What a client is told to wait before it takes up a lost stream. */
export const RESUME_PAUSE_MS = 500
/** Events one session keeps for a client that comes back, and their bytes; all of it can be sent at once. */
export const MAX_REPLAY_EVENTS = 1_000
export const MAX_REPLAY_BYTES = 7 * 1024 * 1024
/** Bytes that all sessions of the host keep together. */
export const MAX_REPLAY_HOST_BYTES = 256 * 1024 * 1024
/** Answers of one session, given or not, that a client may come back for. */
export const MAX_SESSION_CHANNELS = 512
/** Messages of one JSON-RPC batch. */
export const MAX_BATCH = 100
/** Open `subscriptions/listen` streams of the host, and of one principal. */
export const MAX_LISTENERS = 4_096
export const MAX_LISTENERS_PER_PRINCIPAL = 64
/** Resource URIs one client may subscribe to. */
export const MAX_SUBSCRIPTIONS = 256

/** Longest line of a stdio upstream. A longer one fails its call and costs no other. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024
/** Bytes that may wait for a process to read them: calls are refused beyond, and beyond twice as much it is ended. */
export const MAX_UNREAD_BYTES = 64 * 1024 * 1024
/** Largest answer of a remote upstream. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024
/** Handshake and first lists of an upstream. */
export const CONNECT_MS = 30_000
/** Pages and entries read from an upstream's lists. */
export const MAX_CATALOG_PAGES = 200
export const MAX_CATALOG_ENTRIES = 20_000
/** A stdio server that is silent this long after `server/discover` is offered the old handshake instead; it may be slow to start. */
export const STDIO_PATIENCE_MS = 5_000
/** First pause before a lost upstream is opened again; doubles, with jitter. */
export const RECONNECT_FIRST_MS = 100
/** Longest pause: a process that keeps dying is expensive, a remote server that returns should be noticed in a second. */
export const RECONNECT_PROCESS_MAX_MS = 30_000
export const RECONNECT_REMOTE_MAX_MS = 800
/** A request waits for a reconnect that is due within this; otherwise it fails at once. */
export const RECONNECT_PATIENCE_MS = 1_000
/** An upstream that lived this long is opened again without a pause. */
export const STABLE_AFTER_MS = 10_000
/** Longest exposed name. */
export const MAX_NAME = 64
/** Longest URI that is routed. */
export const MAX_URI = 8_192
/** An npm install that takes longer is ended. */
export const NPM_INSTALL_MS = 240_000
