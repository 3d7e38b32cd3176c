/** How long SQLite waits for another process that writes to the same file, in milliseconds. */
export const SQLITE_BUSY_MS = 5000

/** Prepared statements kept per SQLite connection. */
export const SQLITE_STATEMENTS = 500

/** Connections per PostgreSQL pool. */
export const POSTGRES_CONNECTIONS = 10

/** How long to wait for a PostgreSQL connection, in milliseconds. */
export const POSTGRES_CONNECT_MS = 5000

/** Key of the advisory lock that lets one node at a time migrate. */
export const MIGRATION_LOCK = 7_311_019
