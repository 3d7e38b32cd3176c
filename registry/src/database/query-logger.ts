import type { Logger } from 'typeorm'

/** Where a database reports trouble. A pino logger fits. */
export interface DatabaseLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Reports failed statements by text and driver code. Parameters and values are never logged: they may be secrets. */
export function createQueryLogger(logger: DatabaseLogger | undefined): Logger {
  return {
    logQuery: () => undefined,
    logQueryError: (error, query) => {
      const code = typeof error === 'object' && 'code' in error ? error.code : undefined
      logger?.warn({ query, code }, 'A database statement failed.')
    },
    logQuerySlow: (milliseconds, query) => logger?.warn({ query, milliseconds }, 'A database statement was slow.'),
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: () => undefined,
  }
}
