/** Columns as entities spell them. Times are ISO 8601 in UTC as text: they sort the same way on both databases. */
export const text = (length: number) => ({ type: 'varchar', length: String(length) }) as const
export const time = text(24)

/** A column that names the row of another table, by that table's key. */
export const belongsTo = (target: string, column: string, key = 'id') => [
  { target, columnNames: [column], referencedColumnNames: [key] },
]
