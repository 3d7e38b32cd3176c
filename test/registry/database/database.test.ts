import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isUniqueViolation, openDatabase, schemaDrift } from '@nexus/registry/database'
import { EntitySchema, type MigrationInterface, type QueryRunner, Table } from 'typeorm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'

interface Account {
  id: string
  balance: number
}

const accounts = new EntitySchema<Account>({
  name: 'account',
  columns: { id: { type: 'varchar', length: '40', primary: true }, balance: { type: 'int' } },
})

class CreateAccounts1700000000000 implements MigrationInterface {
  readonly name = 'CreateAccounts1700000000000'
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'account',
        columns: [
          { name: 'id', type: 'varchar', length: '40', isPrimary: true },
          { name: 'balance', type: 'integer' },
        ],
      }),
    )
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('account')
  }
}

const schema = { entities: [accounts], migrations: [CreateAccounts1700000000000] }

function behavesLikeADatabase(makeUrl: () => Promise<string>): void {
  let url = ''
  let database: Awaited<ReturnType<typeof openDatabase>>
  beforeEach(async () => {
    url = await makeUrl()
    database = await openDatabase({ url, ...schema })
    await database.dataSource.getRepository(accounts).insert([
      { id: 'a', balance: 0 },
      { id: 'b', balance: 0 },
    ])
  })
  afterEach(() => database[Symbol.asyncDispose]())

  it('keeps concurrent transactions and single statements exact', async () => {
    const { dataSource } = database
    const failure = new Error('roll back')
    const work = Array.from({ length: 60 }, async (_, index) => {
      if (index % 3 === 2) {
        await dataSource.getRepository(accounts).insert({ id: `single-${index}`, balance: 1 })
        return
      }
      const transaction = dataSource.transaction(async (manager) => {
        await manager.increment(accounts, { id: 'a' }, 'balance', 1)
        await new Promise((resolve) => setImmediate(resolve))
        await manager.increment(accounts, { id: 'b' }, 'balance', 1)
        if (index % 3 === 1) throw failure
      })
      if (index % 3 === 1) await expect(transaction).rejects.toBe(failure)
      else await transaction
    })
    await Promise.all(work)
    const rows = await dataSource.getRepository(accounts).find({ order: { id: 'asc' } })
    expect(rows.slice(0, 2)).toEqual([
      { id: 'a', balance: 20 },
      { id: 'b', balance: 20 },
    ])
    expect(rows).toHaveLength(2 + 20)
  })

  it('rolls a nested transaction back alone', async () => {
    await database.dataSource.transaction(async (manager) => {
      await manager.increment(accounts, { id: 'a' }, 'balance', 1)
      const nested = manager.transaction(async (inner) => {
        await inner.increment(accounts, { id: 'a' }, 'balance', 10)
        throw new Error('inner')
      })
      await expect(nested).rejects.toThrow('inner')
    })
    expect(await database.dataSource.getRepository(accounts).findOneBy({ id: 'a' })).toEqual({ id: 'a', balance: 1 })
  })

  it('refuses another repository inside a transaction instead of waiting for itself', async () => {
    const { dataSource } = database
    const outer = dataSource.getRepository(accounts)
    const reading = dataSource.transaction(() => outer.findOneBy({ id: 'a' }))
    await expect(reading).rejects.toMatchObject({ code: 'DATABASE_OUTSIDE_TRANSACTION' })
    const saving = dataSource.transaction(async (manager) => {
      await manager.increment(accounts, { id: 'a' }, 'balance', 1)
      await outer.save({ id: 'c', balance: 1 })
    })
    await expect(saving).rejects.toMatchObject({ code: 'DATABASE_OUTSIDE_TRANSACTION' })
    const nesting = dataSource.transaction(async (manager) => {
      await manager.increment(accounts, { id: 'a' }, 'balance', 1)
      await dataSource.transaction(async () => undefined)
    })
    await expect(nesting).rejects.toMatchObject({ code: 'DATABASE_OUTSIDE_TRANSACTION' })
    expect(await outer.find({ order: { id: 'asc' } })).toEqual([
      { id: 'a', balance: 0 },
      { id: 'b', balance: 0 },
    ])
  })

  const ADD = 'UPDATE account SET balance = balance + $2 WHERE id = $1'
  const BALANCE = 'SELECT balance FROM account WHERE id = $1'

  it('runs prepared statements beside typeorm, never inside the transaction of another', async () => {
    const { dataSource, statements } = database
    const seen: unknown[] = []
    const transaction = dataSource.transaction(async (manager) => {
      await manager.increment(accounts, { id: 'a' }, 'balance', 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
      await manager.decrement(accounts, { id: 'a' }, 'balance', 1)
    })
    const reads = Array.from({ length: 10 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 2))
      const [row] = await statements.run(BALANCE, ['a'])
      seen.push(row?.['balance'])
    })
    await Promise.all([transaction, ...reads])
    expect(seen).toEqual(Array.from({ length: 10 }, () => 0))
    expect(await statements.run(BALANCE, ['nobody'])).toEqual([])
  })

  it('keeps transactions of prepared statements all or nothing, however many there are', async () => {
    const { dataSource, statements } = database
    const failure = new Error('roll back')
    const work = Array.from({ length: 40 }, async (_, index) => {
      if (index % 4 === 3) {
        await dataSource.transaction((manager) => manager.increment(accounts, { id: 'a' }, 'balance', 1))
        return
      }
      const transaction = statements.transaction(async (run) => {
        await run(ADD, ['a', 1])
        await new Promise((resolve) => setImmediate(resolve))
        await run(ADD, ['b', 1])
        if (index % 4 === 2) throw failure
      })
      if (index % 4 === 2) await expect(transaction).rejects.toBe(failure)
      else await transaction
    })
    await Promise.all(work)
    expect(await statements.run('SELECT id, balance FROM account WHERE balance > $1 ORDER BY id', [0])).toEqual([
      { id: 'a', balance: 30 },
      { id: 'b', balance: 20 },
    ])
  })

  it('refuses everything else inside a transaction of prepared statements, and prepared statements inside another', async () => {
    const { dataSource, statements } = database
    const outside = { code: 'DATABASE_OUTSIDE_TRANSACTION' }
    const reading = statements.transaction(() => dataSource.getRepository(accounts).findOneBy({ id: 'a' }))
    await expect(reading).rejects.toMatchObject(outside)
    await expect(statements.transaction(() => statements.run(BALANCE, ['a']))).rejects.toMatchObject(outside)
    const inTypeorm = dataSource.transaction(async (manager) => {
      await manager.increment(accounts, { id: 'a' }, 'balance', 1)
      await statements.run(BALANCE, ['a'])
    })
    await expect(inTypeorm).rejects.toMatchObject(outside)
    expect(await statements.run(BALANCE, ['a'])).toEqual([{ balance: 0 }])
  })

  it('serves on after a statement of a transaction failed', async () => {
    const { statements } = database
    const broken = statements.transaction((run) => run('INSERT INTO account (id, balance) VALUES ($1, $2)', ['a', 1]))
    await expect(broken).rejects.toThrow(/unique/i)
    expect(await statements.run(BALANCE, ['a'])).toEqual([{ balance: 0 }])
  })

  it('recognizes a broken unique key and keeps the values out of the error', async () => {
    const repository = database.dataSource.getRepository(accounts)
    await repository.insert({ id: 'hunter2', balance: 0 })
    const error: unknown = await repository.insert({ id: 'hunter2', balance: 0 }).catch((thrown: unknown) => thrown)
    expect(isUniqueViolation(error)).toBe(true)
    expect(error).toMatchObject({ parameters: [] })
    expect(String(error)).not.toContain('hunter2')
    expect(isUniqueViolation(new Error('other'))).toBe(false)
  })

  it('has no drift between entities and migrations, and shows one when there is', async () => {
    expect(await schemaDrift(database.dataSource)).toEqual([])
    await database.dataSource.query('ALTER TABLE account ADD COLUMN extra int')
    expect(await schemaDrift(database.dataSource)).not.toEqual([])
  })

  it('lets two nodes open and migrate the same database at once', async () => {
    const fresh = await makeUrl()
    const opened = await Promise.all([openDatabase({ url: fresh, ...schema }), openDatabase({ url: fresh, ...schema })])
    for (const one of opened) {
      expect(await one.dataSource.getRepository(accounts).count()).toBe(0)
      await one[Symbol.asyncDispose]()
    }
  })
}

describe('database on SQLite [O9]', () => {
  let folder = ''
  let count = 0
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-database-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  behavesLikeADatabase(async () => `sqlite:${join(folder, `${(count += 1)}.db`)}`)

  it('uses write-ahead logging, foreign keys and a wait for other writers', async () => {
    await using database = await openDatabase({ url: `sqlite:${join(folder, 'pragmas.db')}`, ...schema })
    const pragma = async (name: string) => Object.values((await database.dataSource.query(`PRAGMA ${name}`))[0])[0]
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('foreign_keys')).toBe(1)
    expect(await pragma('synchronous')).toBe(1)
    expect(await pragma('busy_timeout')).toBe(5000)
  })

  it('says what is wrong with a file that is no database', async () => {
    const path = join(folder, 'broken.db')
    await writeFile(path, 'this is not a database, and it is long enough to be read as one '.repeat(40))
    await expect(openDatabase({ url: `sqlite:${path}`, ...schema })).rejects.toMatchObject({
      code: 'DATABASE_OPEN_FAILED',
    })
  })

  it('keeps everything in memory when asked', async () => {
    await using database = await openDatabase({ url: 'sqlite::memory:', ...schema })
    expect(database.dialect).toBe('sqlite')
    expect(await database.dataSource.getRepository(accounts).count()).toBe(0)
  })
})

describe.skipIf(!postgresAvailable())(`database on PostgreSQL [O8] (${skippedWithoutPostgres} when absent)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  behavesLikeADatabase(() => server.createDatabase())
})

describe('database URL [O9]', () => {
  it.each(['mysql://root:hunter2@host/db', 'sqlite:', 'postgres:', ''])(
    'refuses %j without repeating it',
    async (url) => {
      const error: unknown = await openDatabase({ url, ...schema }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'DATABASE_URL_INVALID' })
      expect(String(error)).not.toContain('hunter2')
    },
  )

  it('does not show the password when PostgreSQL is not there', async () => {
    const url = 'postgres://nexus:hunter2@127.0.0.1:1/none'
    const error: unknown = await openDatabase({ url, ...schema }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'DATABASE_OPEN_FAILED' })
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
  })
})
