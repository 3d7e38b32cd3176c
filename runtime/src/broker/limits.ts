/** Longest URL a plugin may ask for. */
export const MAX_URL_CHARACTERS = 8192
/** Redirects followed before the request fails. */
export const MAX_REDIRECTS = 3
/** Default and longest time of a plugin's request. */
export const DEFAULT_FETCH_MS = 10_000
export const MAX_FETCH_MS = 60_000
/** Longest wait for a connection, TLS included. */
export const CONNECT_MS = 10_000
/** Idle connections are closed after this. */
export const KEEP_ALIVE_MS = 10_000
/** Headers a plugin may send, and their size together. */
export const MAX_HEADERS = 64
export const MAX_HEADER_BYTES = 16_384
/** Largest request body of a plugin. */
export const MAX_REQUEST_BODY_BYTES = 1_048_576
/** Largest decoded body of an answer, whatever the installation's own limits say. */
export const MAX_RESPONSE_BODY_BYTES = 64 * 1_048_576
/** Largest value in a plugin's storage, bytes of JSON text. */
export const MAX_STORAGE_VALUE_BYTES = 262_144
export const MAX_STORAGE_KEY_CHARACTERS = 512
export const DEFAULT_STORAGE_LIST = 100
export const MAX_STORAGE_LIST = 1000
/** A log line is cut here. */
export const MAX_LOG_LINE_BYTES = 4096
/** Secrets shorter than this are not masked: masking every `1` would only destroy the log. */
export const MIN_MASKED_SECRET_CHARACTERS = 4
/** Largest payload of an event, bytes of JSON text. */
export const MAX_EVENT_BYTES = 65_536
/** Largest argument text of a capability call. */
export const MAX_ARGUMENT_BYTES = 4 * 1_048_576
/** Connections that one contained process may hold to the proxy at once. */
export const MAX_PROXY_CONNECTIONS = 256
/** A tunnel through the proxy that carries nothing for this long is closed. */
export const TUNNEL_IDLE_MS = 600_000
/** Longest path of a file, and how many names of what length it may have. */
export const MAX_FILE_PATH_CHARACTERS = 1024
export const MAX_FILE_DEPTH = 16
export const MAX_FILE_NAME_BYTES = 255
/** Bytes of one read and of one written file: as base64 they fit into a capability's argument. */
export const MAX_FILE_READ_BYTES = 2 * 1_048_576
export const MAX_FILE_WRITE_BYTES = 2 * 1_048_576
/** Entries of a folder that one listing shows. */
export const MAX_FOLDER_ENTRIES = 5000
/** What a file or folder below `$data` weighs besides its bytes: without it, a quota would hold millions of empty ones. */
export const FILE_ENTRY_BYTES = 1024
/** Questions to the client within one call. */
export const MAX_ASKS_PER_CALL = 16
/** A person may take this long to answer one. */
export const CLIENT_ASK_MS = 300_000
