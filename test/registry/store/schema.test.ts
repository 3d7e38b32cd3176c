import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { schemaDrift } from '@nexus/registry/database'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../../registry/src/store/open-store.ts'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'

let dataDir = ''
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-registry-store-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

describe('registry store [R1]', () => {
  it('has no drift between entities and migrations on SQLite', async () => {
    await using store = await openStore({ dataDir, databaseUrl: 'sqlite::memory:' })
    expect(await schemaDrift(store.database)).toEqual([])
  })

  it('keeps its key readable for its owner only, and refuses a damaged one', async () => {
    const path = join(dataDir, 'registry-key.json')
    await (await openStore({ dataDir, databaseUrl: 'sqlite::memory:' }))[Symbol.asyncDispose]()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const before = await readFile(path, 'utf8')
    await rm(path)
    await writeFile(path, before.replace(/"keyId": "../, '"keyId": "zz'))
    await expect(openStore({ dataDir, databaseUrl: 'sqlite::memory:' })).rejects.toMatchObject({
      code: 'REGISTRY_DATA_INVALID',
    })
    await rm(path)
  })
})

describe.skipIf(!postgresAvailable())(
  `registry store on PostgreSQL [O8] (${skippedWithoutPostgres} when absent)`,
  () => {
    let server: TestPostgres
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server[Symbol.asyncDispose]())

    it('has no drift between entities and migrations', async () => {
      await using store = await openStore({ dataDir, databaseUrl: await server.createDatabase() })
      expect(await schemaDrift(store.database)).toEqual([])
    })
  },
)
