import type { FifoLock } from './fifo-lock.ts'
import type { RunStatement, StatementRow, StatementValue, Statements } from './statements.ts'
import type { TransactionGuard } from './transaction-guard.ts'

/** What is needed of a better-sqlite3 connection. */
export interface SqliteHandle {
  prepare(sql: string): SqliteStatement
  readonly inTransaction: boolean
}

interface SqliteStatement {
  /** True for a statement that returns rows. */
  readonly reader: boolean
  all(...parameters: readonly StatementValue[]): unknown
  run(...parameters: readonly StatementValue[]): unknown
}

interface Prepared {
  readonly statement: SqliteStatement
  /** SQLite numbers its parameters by their place: which value stands where. */
  readonly order: readonly number[]
}

/**
 * Statements on the connection that typeorm uses too. They respect its lock: when nobody holds it they run at once,
 * in the same turn; otherwise they wait for the transaction of whoever does.
 */
export function createSqliteStatements(
  handle: () => SqliteHandle,
  lock: FifoLock,
  guard: TransactionGuard,
): Statements {
  const prepared = new Map<string, Prepared>()
  const execute = (sql: string, parameters: readonly StatementValue[]): readonly StatementRow[] => {
    const known = prepared.get(sql)
    const { statement, order } = known ?? prepare(handle(), sql)
    if (known === undefined) prepared.set(sql, { statement, order })
    const values = order.map((index) => parameters[index] ?? null)
    if (statement.reader) return readRows(statement.all(...values))
    statement.run(...values)
    return []
  }
  const holding = async (sql: string, parameters: readonly StatementValue[]): Promise<readonly StatementRow[]> => {
    await lock.acquire()
    try {
      return execute(sql, parameters)
    } finally {
      lock.release()
    }
  }
  const inside: RunStatement = async (sql, parameters) => execute(sql, parameters)
  return {
    run(sql, parameters) {
      guard.checkOutside()
      // Nothing can come between a check and a read of the same turn.
      return lock.isFree() ? inside(sql, parameters) : holding(sql, parameters)
    },
    async transaction(work) {
      guard.checkOutside()
      await lock.acquire()
      try {
        execute('BEGIN IMMEDIATE', [])
        try {
          const result = await guard.within(() => work(inside))
          execute('COMMIT', [])
          return result
        } catch (error) {
          // Some failures make SQLite roll back by itself.
          if (handle().inTransaction) execute('ROLLBACK', [])
          throw error
        }
      } finally {
        lock.release()
      }
    },
  }
}

function prepare(handle: SqliteHandle, sql: string): Prepared {
  const order: number[] = []
  const text = sql.replaceAll(/\$(\d+)/g, (_match, place: string) => {
    order.push(Number(place) - 1)
    return '?'
  })
  return { statement: handle.prepare(text), order }
}

function readRows(rows: unknown): readonly StatementRow[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- better-sqlite3 answers `all` with an array of objects
  return Array.isArray(rows) ? (rows as readonly StatementRow[]) : []
}
