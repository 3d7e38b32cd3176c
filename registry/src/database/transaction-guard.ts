import { AsyncLocalStorage } from 'node:async_hooks'
import type { DataSource, QueryRunner } from 'typeorm'
import { databaseError } from './errors.ts'

interface TransactionScope {
  /** Whose transaction this is: a runner's, or nobody's that typeorm knows. */
  runner: object | undefined
}

/** Knows which runner holds the transaction that the current asynchronous code is part of. */
export interface TransactionGuard {
  /** Fails when `runner` is not the one whose transaction the caller is inside of. */
  check(runner: QueryRunner): void
  /** Remembers `runner` as the one of the transaction that the caller is inside of. */
  began(runner: QueryRunner): void
  ended(runner: QueryRunner): void
  /** Fails when the caller is inside of any transaction. */
  checkOutside(): void
  /** Runs `work` as part of a transaction that no runner belongs to. */
  within<Result>(work: () => Promise<Result>): Promise<Result>
}

/**
 * Inside `dataSource.transaction(callback)` only the manager handed to the callback may be used. Anything else would
 * wait for itself on SQLite, and on PostgreSQL silently run outside the transaction: here it is an error on both.
 */
export function guardTransactions(dataSource: DataSource): TransactionGuard {
  const scopes = new AsyncLocalStorage<TransactionScope>()
  const manager = dataSource.manager
  const transaction: (...args: Parameters<typeof manager.transaction>) => Promise<unknown> =
    manager.transaction.bind(manager)
  Object.defineProperty(manager, 'transaction', {
    value: (...args: Parameters<typeof manager.transaction>) => {
      const outer = scopes.getStore()
      if (outer?.runner !== undefined) throw outsideTransaction()
      return scopes.run({ runner: undefined }, () => transaction(...args))
    },
  })
  return {
    check(runner) {
      const scope = scopes.getStore()
      if (scope?.runner !== undefined && scope.runner !== runner) throw outsideTransaction()
    },
    began(runner) {
      const scope = scopes.getStore()
      if (scope !== undefined && scope.runner === undefined) scope.runner = runner
    },
    ended(runner) {
      const scope = scopes.getStore()
      if (scope?.runner === runner) scope.runner = undefined
    },
    checkOutside() {
      if (scopes.getStore()?.runner !== undefined) throw outsideTransaction()
    },
    within: (work) => scopes.run({ runner: {} }, work),
  }
}

function outsideTransaction() {
  return databaseError(
    'DATABASE_OUTSIDE_TRANSACTION',
    'Expected code inside a transaction to use the manager it was given, found another repository or connection. ' +
      'Pass the manager on, or start this work after the transaction.',
  )
}
