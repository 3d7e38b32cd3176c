import { isUniqueViolation } from '@nexus/registry/database'
import {
  type EntityManager,
  type EntitySchema,
  type FindOptionsOrder,
  type FindOptionsWhere,
  type ObjectLiteral,
} from 'typeorm'
import { storeError } from './errors.ts'
import { INSERT_ROWS } from './limits.ts'
import { explainReferences } from './reference-error.ts'

/** The statements that every kind of row needs. Absent members are `undefined` outside and NULL inside. */
export interface Table<Row> {
  find(where?: FindOptionsWhere<Row>, order?: FindOptionsOrder<Row>, limit?: number): Promise<readonly Row[]>
  findOne(where: FindOptionsWhere<Row>): Promise<Row | undefined>
  insert(rows: readonly Row[]): Promise<void>
  /** Inserts what is not there yet and leaves alone what is. */
  insertMissing(rows: readonly Row[]): Promise<void>
  /** How many rows matched. */
  update(where: FindOptionsWhere<Row>, change: Partial<Row>): Promise<number>
  remove(where: FindOptionsWhere<Row>): Promise<number>
}

export function tableOf<Row extends ObjectLiteral>(manager: EntityManager, entity: EntitySchema<Row>): Table<Row> {
  const repository = manager.getRepository(entity)
  const insertInto = async (rows: readonly Row[], ignore: boolean): Promise<void> => {
    for (let start = 0; start < rows.length; start += INSERT_ROWS) {
      const values = rows.slice(start, start + INSERT_ROWS).map(toColumns)
      const insert = manager.createQueryBuilder().insert().into<ObjectLiteral>(entity).values(values)
      await refusing(insert.updateEntity(false).orIgnore(ignore).execute())
    }
  }
  return {
    async find(where = {}, order = {}, limit) {
      const take = limit === undefined ? {} : { take: limit }
      return (await repository.find({ where, order, ...take })).map(fromColumns)
    },
    async findOne(where) {
      const row = await repository.findOneBy(where)
      return row === null ? undefined : fromColumns(row)
    },
    insert: (rows) => insertInto(rows, false),
    insertMissing: (rows) => insertInto(rows, true),
    async update(where, change) {
      const values = toColumns(change)
      if (Object.keys(values).length === 0) return repository.countBy(where)
      const update = manager.createQueryBuilder().update<ObjectLiteral>(entity).set(values).where(where)
      return (await refusing(update.execute())).affected ?? 0
    },
    async remove(where) {
      const removal = manager.createQueryBuilder().delete().from<ObjectLiteral>(entity).where(where)
      return (await refusing(removal.execute())).affected ?? 0
    },
  }
}

/** typeorm skips `undefined` and writes `null`. */
function toColumns(row: object): ObjectLiteral {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === undefined ? null : value]))
}

function fromColumns<Row extends ObjectLiteral>(row: Row): Row {
  for (const name of Object.keys(row)) if (Reflect.get(row, name) === null) Reflect.set(row, name, undefined)
  return row
}

async function refusing<Result>(statement: Promise<Result>): Promise<Result> {
  try {
    return await explainReferences(statement)
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw storeError('STORE_CONFLICT', 'Expected a new id or name, found one in use. Choose another.', {
        cause: error,
      })
    }
    throw error
  }
}
