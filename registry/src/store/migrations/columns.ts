/** Columns as migrations spell them. */
export const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length) })
export const key = (name: string, length: number) => ({ ...text(name, length), isPrimary: true })
export const long = (name: string) => ({ name, type: 'text' })
export const count = (name: string) => ({ name, type: 'integer' })
export const time = (name: string) => text(name, 24)
export const optionalTime = (name: string) => ({ ...time(name), isNullable: true })
export const belongsTo = (table: string, column: string, referenced = 'id') => [
  { columnNames: [column], referencedTableName: table, referencedColumnNames: [referenced] },
]
