import { type QueryRunner, Table, type TableOptions } from 'typeorm'

// Words for migrations. A migration never changes after it was released: neither may what these words mean.

type Column = NonNullable<TableOptions['columns']>[number]

export function key(constraint: string, ...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: 'text', isPrimary: true, primaryKeyConstraintName: constraint }))
}

export function text(...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: 'text' }))
}

export function optionalText(...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: 'text', isNullable: true }))
}

export function unique(name: string, ...columnNames: string[]) {
  return { name, columnNames }
}

export function index(name: string, ...columnNames: string[]) {
  return { name, columnNames }
}

/** A reference to one column of another table. */
export function reference(
  name: string,
  column: string,
  referencedTableName: string,
  referenced: string,
  onDelete?: 'CASCADE',
) {
  return {
    name,
    columnNames: [column],
    referencedTableName,
    referencedColumnNames: [referenced],
    ...(onDelete === undefined ? {} : { onDelete }),
  }
}

export async function createTables(runner: QueryRunner, tables: readonly TableOptions[]): Promise<void> {
  for (const table of tables) await runner.createTable(new Table(table))
}

export async function dropTables(runner: QueryRunner, tables: readonly TableOptions[]): Promise<void> {
  for (const table of tables.toReversed()) await runner.dropTable(table.name)
}
