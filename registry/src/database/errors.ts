import { createErrorFactory } from '@nexus/plugin-api'

/** Everything that can go wrong between a room and its database. */
export const databaseErrors = {
  DATABASE_URL_INVALID: { fault: 'caller', status: 500, title: 'Database URL not understood' },
  DATABASE_OPEN_FAILED: { fault: 'host', status: 503, title: 'Database could not be opened' },
  DATABASE_MIGRATION_FAILED: { fault: 'host', status: 503, title: 'Database migration failed' },
  DATABASE_OUTSIDE_TRANSACTION: { fault: 'host', status: 500, title: 'Query outside its transaction' },
} as const

export const databaseError = createErrorFactory(databaseErrors)
