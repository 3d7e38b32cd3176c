/** Bytes of a response's status line and headers together, and of the trailers of a chunked body. */
export const MAX_HEAD_BYTES = 65_536
/** Header lines of a response. */
export const MAX_HEAD_LINES = 256
/** Bytes of the line before a chunk: its size and extensions nobody reads. */
export const MAX_CHUNK_LINE_BYTES = 1024
/** What one read takes from a connection at most. */
export const READ_BYTES = 65_536
/** How often idle connections are looked at, milliseconds. */
export const SWEEP_MS = 1000
/** A server that says how long it keeps a connection is believed minus this, milliseconds. */
export const KEEP_ALIVE_MARGIN_MS = 1000
/** Connections kept for one origin while nobody uses them. */
export const MAX_IDLE_PER_ORIGIN = 64
