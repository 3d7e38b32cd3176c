/** Size of the private `/tmp` of a contained process. */
export const TMP_BYTES = 256 * 1024 * 1024
/** Files and sockets a child process may hold open. */
export const OPEN_FILES = 1024
/** Processes and threads of one contained child together; Node alone takes about a dozen. */
export const PROCESSES = 512
/** Largest environment variable a child may be given. */
export const ENVIRONMENT_VALUE_CHARACTERS = 131_072
/** How often memory and CPU time of a process and what it started are read. */
export const USAGE_POLL_MS = 250
/** The window of the CPU limit. */
export const CPU_WINDOW_MS = 60_000
