import type { EntityManager } from 'typeorm'
import type { RunStatement } from '../database/index.ts'

/**
 * Constant SQL text with `$1`, `$2`, … on the connection of a transaction, for the few paths on which building a query
 * costs more than running it. Each `$n` may occur once, in order.
 */
export function statementsInside(manager: EntityManager): RunStatement {
  const isPostgres = manager.connection.options.type === 'postgres'
  return async (sql, parameters) => {
    const rows: unknown = await manager.query(isPostgres ? sql : sql.replaceAll(/\$\d+/g, '?'), [...parameters])
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both drivers answer a query with its rows
    return Array.isArray(rows) ? (rows as Awaited<ReturnType<RunStatement>>) : []
  }
}
