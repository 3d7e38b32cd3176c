import type { DataSource, EntitySchema, MigrationInterface } from 'typeorm'
import { databaseError } from './errors.ts'
import { MIGRATION_LOCK } from './limits.ts'
import { parseDatabaseUrl } from './location.ts'
import { createPostgresSource } from './postgres.ts'
import { type DatabaseLogger, createQueryLogger } from './query-logger.ts'
import { createSqliteSource } from './sqlite.ts'
import type { Statements } from './statements.ts'

export interface DatabaseOptions {
  /** `sqlite:<path>`, `sqlite::memory:` or `postgres://…`. */
  readonly url: string
  readonly entities: readonly EntitySchema[]
  /** Migration classes; the class name ends in a 13-digit timestamp that gives the order. */
  readonly migrations: readonly (new () => MigrationInterface)[]
  /** Table that remembers which migrations ran; services that share one database need one each. */
  readonly migrationsTable?: string
  readonly logger?: DatabaseLogger
}

/** An open database whose schema is up to date. Closing waits for nothing: finish the work first. */
export interface Database extends AsyncDisposable {
  readonly dialect: 'sqlite' | 'postgres'
  /** Inside `transaction(callback)` use only the callback's manager; anything else fails with a code. */
  readonly dataSource: DataSource
  /** For paths that are too hot for a query builder. */
  readonly statements: Statements
}

/** Opens a database and brings its schema up to date. Several nodes may do so at once. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const location = parseDatabaseUrl(options.url)
  const common = {
    entities: [...options.entities],
    migrations: [...options.migrations],
    migrationsTableName: options.migrationsTable ?? 'migrations',
    logger: createQueryLogger(options.logger),
  }
  const { dataSource, statements } =
    location.dialect === 'sqlite'
      ? await createSqliteSource(location.path, common)
      : createPostgresSource(location.url, common, options.logger)
  try {
    await dataSource.initialize()
  } catch (error) {
    const where = location.dialect === 'sqlite' ? `the SQLite file ${location.path}` : 'the PostgreSQL database'
    throw databaseError(
      'DATABASE_OPEN_FAILED',
      `Expected to open ${where}, found: ${reasonOf(error)}. Check that it exists, is a database and may be written.`,
    )
  }
  try {
    await migrate(dataSource, location.dialect)
  } catch (error) {
    await dataSource.destroy()
    throw databaseError(
      'DATABASE_MIGRATION_FAILED',
      `Expected to bring the schema up to date, found: ${reasonOf(error)}. Nothing of the failed step was kept.`,
    )
  }
  return {
    dialect: location.dialect,
    dataSource,
    statements,
    async [Symbol.asyncDispose]() {
      if (dataSource.isInitialized) await dataSource.destroy()
    },
  }
}

async function migrate(dataSource: DataSource, dialect: Database['dialect']): Promise<void> {
  if (dialect === 'sqlite') {
    await dataSource.runMigrations({ transaction: 'each' })
    return
  }
  const runner = dataSource.createQueryRunner()
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await dataSource.runMigrations({ transaction: 'each' })
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK])
  } finally {
    await runner.release()
  }
}

/** The driver's words without the cause chain: connection errors of `pg` may repeat the URL further down. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  return error instanceof Error ? error.message : 'an unknown failure'
}
