import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { appendToLog } from '../../../registry/src/log/append-to-log.ts'
import { openCheckpoint } from '../../../registry/src/log/checkpoint.ts'
import { openStore } from '../../../registry/src/store/open-store.ts'
import { logEntries } from '../../../registry/src/store/rows/log-rows.ts'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'
import { naiveRoot } from './naive-merkle.ts'

let dataDir = ''
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-registry-log-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

const yanked = (at: number) =>
  ({ kind: 'release.yanked', id: 'acme/weather', version: `1.0.${at}`, reason: `reason ${at}` }) as const

/** What must hold on both databases. */
function describeAppending(databaseUrl: () => Promise<string>): void {
  it('appends in order, with a checkpoint over exactly the leaves so far', async () => {
    await using store = await openStore({ dataDir, databaseUrl: await databaseUrl() })
    for (let at = 0; at < 9; at += 1) {
      const index = await store.database.transaction((manager) => appendToLog(manager, yanked(at)))
      expect(index).toBe(at)
    }
    const rows = await store.database.getRepository(logEntries).find({ order: { leafIndex: 'asc' } })
    for (const row of rows) {
      const { size, root } = openCheckpoint(row.checkpoint, store.logKey)
      expect(size).toBe(row.leafIndex + 1)
      expect(root).toEqual(naiveRoot(rows.slice(0, size).map(({ body }) => body)))
    }
  })

  it('keeps nothing of a transaction that fails, and leaves no gap', async () => {
    await using store = await openStore({ dataDir, databaseUrl: await databaseUrl() })
    await store.database.transaction((manager) => appendToLog(manager, yanked(0)))
    const failing = store.database.transaction(async (manager) => {
      await appendToLog(manager, yanked(1))
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await store.database.transaction((manager) => appendToLog(manager, yanked(2)))).toBe(1)
  })

  it('gives every one of many transactions at once a place of its own', async () => {
    await using store = await openStore({ dataDir, databaseUrl: await databaseUrl() })
    const appended = Array.from({ length: 24 }, (_, at) =>
      store.database.transaction((manager) => appendToLog(manager, yanked(at))),
    )
    const indexes = (await Promise.all(appended)).toSorted((left, right) => left - right)
    expect(indexes).toEqual(Array.from({ length: 24 }, (_, at) => at))
    const rows = await store.database.getRepository(logEntries).find({ order: { leafIndex: 'asc' } })
    expect(openCheckpoint(rows.at(-1)?.checkpoint ?? '', store.logKey).root).toEqual(
      naiveRoot(rows.map(({ body }) => body)),
    )
  })
}

describe('appending to the log [R2]', () => describeAppending(async () => 'sqlite::memory:'))

describe.skipIf(!postgresAvailable())(
  `appending to the log on PostgreSQL [R2] (${skippedWithoutPostgres} when absent)`,
  () => {
    let server: TestPostgres
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(() => server[Symbol.asyncDispose]())
    describeAppending(() => server.createDatabase())
  },
)
