import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm'
import { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js'
import { databaseError } from './errors.ts'
import { withoutParameters } from './failed-query.ts'
import { POSTGRES_CONNECTIONS, POSTGRES_CONNECT_MS } from './limits.ts'
import { type PostgresPool, createPostgresStatements } from './postgres-statements.ts'
import type { DatabaseLogger } from './query-logger.ts'
import type { DatabaseSource } from './statements.ts'
import { type TransactionGuard, guardTransactions } from './transaction-guard.ts'

type CommonOptions = Pick<DataSourceOptions, 'entities' | 'migrations' | 'migrationsTableName' | 'logger'>

/** A data source on PostgreSQL. Not yet initialized. */
export function createPostgresSource(
  url: string,
  common: CommonOptions,
  logger: DatabaseLogger | undefined,
): DatabaseSource {
  const dataSource = new DataSource({
    ...common,
    type: 'postgres',
    url,
    applicationName: 'nexus',
    poolSize: POSTGRES_CONNECTIONS,
    extra: { connectionTimeoutMillis: POSTGRES_CONNECT_MS, keepAlive: true },
    // Without a listener, an idle connection that the server closes ends this process.
    poolErrorHandler: (error: unknown) => {
      logger?.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'A database connection was lost.')
    },
  })
  const guard = guardTransactions(dataSource)
  const driver = dataSource.driver
  const createQueryRunner = driver.createQueryRunner.bind(driver)
  driver.createQueryRunner = (mode) => guardRunner(createQueryRunner(mode), guard)
  return { dataSource, statements: createPostgresStatements(() => poolOf(driver), guard) }
}

function poolOf(driver: DataSource['driver']): PostgresPool {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- typeorm types its pool as `any`; it is the one of `pg`
  if (driver instanceof PostgresDriver) return driver.master as PostgresPool
  throw databaseError('DATABASE_OPEN_FAILED', 'Expected the pg driver, found another. Reinstall Nexus.')
}

function guardRunner(runner: QueryRunner, guard: TransactionGuard): QueryRunner {
  const query: (...args: Parameters<QueryRunner['query']>) => Promise<unknown> = runner.query.bind(runner)
  const start = runner.startTransaction.bind(runner)
  const commit = runner.commitTransaction.bind(runner)
  const rollback = runner.rollbackTransaction.bind(runner)
  return Object.assign(runner, {
    async query(...args: Parameters<QueryRunner['query']>) {
      guard.check(runner)
      try {
        return await query(...args)
      } catch (error) {
        throw withoutParameters(error)
      }
    },
    async startTransaction(...args: Parameters<QueryRunner['startTransaction']>) {
      guard.check(runner)
      await start(...args)
      guard.began(runner)
    },
    async commitTransaction() {
      await commit()
      if (!runner.isTransactionActive) guard.ended(runner)
    },
    async rollbackTransaction() {
      try {
        await rollback()
      } finally {
        if (!runner.isTransactionActive) guard.ended(runner)
      }
    },
  })
}
