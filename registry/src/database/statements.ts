import type { DataSource } from 'typeorm'

/** One row as the driver hands it over: 64-bit integers are text on PostgreSQL. */
export type StatementRow = Readonly<Record<string, unknown>>

/** Runs SQL text with `$1`, `$2`, … in it and resolves to its rows; none for a statement that returns nothing. */
export type RunStatement = (sql: string, parameters: readonly StatementValue[]) => Promise<readonly StatementRow[]>

export type StatementValue = string | number | null

/**
 * Prepared statements without a query builder around them, for the few paths that are called so often that building
 * costs more than the database. The text is a constant that both dialects understand; values are parameters, always.
 */
export interface Statements {
  /** A statement of its own, never inside the transaction of another caller. */
  readonly run: RunStatement
  /** All or nothing. Only the `run` that `work` is given may be used inside. */
  transaction<Result>(work: (run: RunStatement) => Promise<Result>): Promise<Result>
}

/** A data source and the statements beside it, on the same connections. Not yet initialized. */
export interface DatabaseSource {
  readonly dataSource: DataSource
  readonly statements: Statements
}
