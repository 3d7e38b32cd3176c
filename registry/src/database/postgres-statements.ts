import type { RunStatement, StatementRow, StatementValue, Statements } from './statements.ts'
import type { TransactionGuard } from './transaction-guard.ts'

/** What is needed of a `pg` pool. */
export interface PostgresPool extends PostgresConnection {
  connect(): Promise<PostgresClient>
}

interface PostgresConnection {
  query(text: string, values: readonly StatementValue[]): Promise<{ readonly rows: readonly StatementRow[] }>
}

interface PostgresClient extends PostgresConnection {
  /** With `true` the connection is closed instead of used again. */
  release(broken?: boolean): void
  on(event: 'error', listener: () => void): unknown
  off(event: 'error', listener: () => void): unknown
}

/** Statements on the pool that typeorm uses too. */
export function createPostgresStatements(pool: () => PostgresPool, guard: TransactionGuard): Statements {
  return {
    async run(sql, parameters) {
      guard.checkOutside()
      return (await pool().query(sql, parameters)).rows
    },
    async transaction(work) {
      guard.checkOutside()
      const client = await pool().connect()
      const inside: RunStatement = async (sql, parameters) => (await client.query(sql, parameters)).rows
      client.on('error', heard)
      let broken = true
      try {
        await client.query('BEGIN', [])
        try {
          const result = await guard.within(() => work(inside))
          await client.query('COMMIT', [])
          broken = false
          return result
        } catch (error) {
          await client.query('ROLLBACK', [])
          broken = false
          throw error
        }
      } finally {
        // A connection whose transaction has an unknown end must not serve anybody else.
        client.off('error', heard)
        client.release(broken)
      }
    },
  }
}

/** A lost connection fails its statement; as an event without a listener it would end this process as well. */
function heard(): void {}
