import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DataSource, type DataSourceOptions } from 'typeorm'
import { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js'
import { databaseError } from './errors.ts'
import { createFifoLock } from './fifo-lock.ts'
import { SQLITE_BUSY_MS, SQLITE_STATEMENTS } from './limits.ts'
import { SqliteRunner } from './sqlite-runner.ts'
import { type SqliteHandle, createSqliteStatements } from './sqlite-statements.ts'
import type { DatabaseSource } from './statements.ts'
import { guardTransactions } from './transaction-guard.ts'

type CommonOptions = Pick<DataSourceOptions, 'entities' | 'migrations' | 'migrationsTableName' | 'logger'>

/** A data source on one SQLite file whose transactions are exact under concurrency. Not yet initialized. */
export async function createSqliteSource(path: string, common: CommonOptions): Promise<DatabaseSource> {
  const database = path === ':memory:' ? path : resolve(path)
  // The database holds credentials' hashes: nobody but its owner may read its folder.
  if (database !== ':memory:') await mkdir(dirname(database), { recursive: true, mode: 0o700 })
  let handle: SqliteHandle | undefined
  const dataSource = new DataSource({
    ...common,
    type: 'better-sqlite3',
    database,
    enableWAL: true,
    timeout: SQLITE_BUSY_MS,
    statementCacheSize: SQLITE_STATEMENTS,
    prepareDatabase: (connection: SqliteHandle & { pragma(source: string): unknown }) => {
      connection.pragma('synchronous = NORMAL')
      handle = connection
    },
  })
  const driver = dataSource.driver
  if (!(driver instanceof BetterSqlite3Driver)) {
    throw databaseError('DATABASE_OPEN_FAILED', 'Expected the better-sqlite3 driver, found another. Reinstall Nexus.')
  }
  const connection = {
    lock: createFifoLock(),
    guard: guardTransactions(dataSource),
    statements: new Map<string, unknown>(),
  }
  driver.createQueryRunner = () => new SqliteRunner(driver, connection)
  const opened = (): SqliteHandle => {
    if (handle !== undefined) return handle
    throw databaseError('DATABASE_OPEN_FAILED', 'Expected an open SQLite connection, found none. Open it first.')
  }
  return { dataSource, statements: createSqliteStatements(opened, connection.lock, connection.guard) }
}
