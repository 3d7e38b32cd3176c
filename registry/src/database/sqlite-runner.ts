import type { QueryResult } from 'typeorm'
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js'
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js'
import type { IsolationLevel } from 'typeorm/driver/types/IsolationLevel.js'
import { withoutParameters } from './failed-query.ts'
import type { FifoLock } from './fifo-lock.ts'
import type { TransactionGuard } from './transaction-guard.ts'

/** What all runners of one SQLite connection share. */
export interface SqliteConnection {
  readonly lock: FifoLock
  readonly guard: TransactionGuard
  /** Prepared statements by text: a runner lives for one call, a statement for the connection. */
  readonly statements: Map<string, unknown>
}

/**
 * The driver shares one runner among all callers, so that a statement of one caller lands in the transaction of
 * another and is rolled back with it. Here every caller has a runner of its own, and a runner holds the connection
 * from BEGIN to COMMIT; single statements of others wait their turn.
 */
export class SqliteRunner extends BetterSqlite3QueryRunner {
  readonly #connection: SqliteConnection
  #holdsLock = false

  constructor(driver: BetterSqlite3Driver, connection: SqliteConnection) {
    super(driver)
    this.#connection = connection
    Object.assign(this, { stmtCache: connection.statements })
  }

  override async startTransaction(isolation?: IsolationLevel): Promise<void> {
    if (this.#holdsLock) return super.startTransaction(isolation)
    const { guard, lock } = this.#connection
    guard.check(this)
    await lock.acquire()
    this.#holdsLock = true
    try {
      await super.startTransaction(isolation)
      guard.began(this)
    } catch (error) {
      this.#letGo()
      throw error
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction()
    if (!this.isTransactionActive) this.#letGo()
  }

  override async rollbackTransaction(): Promise<void> {
    const outermost = this.transactionDepth <= 1
    try {
      await super.rollbackTransaction()
    } finally {
      // A ROLLBACK that fails means that SQLite has already rolled back by itself.
      if (outermost) this.#letGo()
    }
  }

  override async release(): Promise<void> {
    if (this.#holdsLock) await this.rollbackTransaction()
    await super.release()
  }

  override query(query: string, parameters: unknown[] | undefined, useStructuredResult: true): Promise<QueryResult>
  override query(query: string, parameters?: unknown[]): Promise<unknown>
  override async query(query: string, parameters?: unknown[], useStructuredResult?: boolean): Promise<unknown> {
    // A deferred transaction that turns into a writer cannot wait for another process; an immediate one can.
    const text = query === 'BEGIN TRANSACTION' ? 'BEGIN IMMEDIATE' : query
    if (this.#holdsLock) return this.#run(text, parameters, useStructuredResult)
    const { guard, lock } = this.#connection
    guard.check(this)
    await lock.acquire()
    try {
      return await this.#run(text, parameters, useStructuredResult)
    } finally {
      lock.release()
    }
  }

  async #run(query: string, parameters: unknown[] | undefined, structured: boolean | undefined): Promise<unknown> {
    try {
      return structured === true ? await super.query(query, parameters, true) : await super.query(query, parameters)
    } catch (error) {
      throw withoutParameters(error)
    }
  }

  #letGo(): void {
    if (!this.#holdsLock) return
    this.#holdsLock = false
    this.#connection.guard.ended(this)
    this.#connection.lock.release()
  }
}
