import type { EntityManager, EntitySchema, FindOptionsWhere, ObjectLiteral } from 'typeorm'
import { storeError } from './errors.ts'
import type { Rows } from './store.ts'
import { tableOf } from './table.ts'

/** The verbs that every kind of row has. `where` finds the one row of a key. */
export function rowsOf<Row extends ObjectLiteral, Key>(
  manager: EntityManager,
  entity: EntitySchema<Row>,
  where: (key: Key) => FindOptionsWhere<Row>,
): Rows<Row, Key> {
  const table = tableOf(manager, entity)
  return {
    get: (key) => table.findOne(where(key)),
    insert: (row) => table.insert([row]),
    async update(key, change) {
      if ((await table.update(where(key), change)) > 0) return
      const kind = entity.options.name.replaceAll('_', ' ')
      throw storeError('STORE_NOT_FOUND', `Expected a ${kind} with this key, found none. It may have been removed.`)
    },
    async remove(key) {
      return (await table.remove(where(key))) > 0
    },
  }
}
