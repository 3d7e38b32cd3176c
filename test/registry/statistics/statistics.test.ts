import { registryRoutes } from '@nexus/registry/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../../registry/src/store/open-store.ts'
import { downloads } from '../../../registry/src/store/rows/release-rows.ts'
import { activeInstallations, reporters } from '../../../registry/src/store/rows/statistic-rows.ts'
import { trending } from '../../../registry/src/statistics/trending.ts'
import { signedPlugin } from '../fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'
import { openTestHost } from '../reviews/test-host.ts'

const day = (before: number) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10)

describe('statistics [R8][U7]', () => {
  let registry: Awaited<ReturnType<typeof openTestRegistry>>
  beforeAll(async () => {
    registry = await openTestRegistry()
    for (const version of ['1.0.0', '1.1.0'])
      await registry.publish(await signedPlugin(registry.key, { manifest: { id: 'acme/counted', version } }))
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  const report = (host: Awaited<ReturnType<typeof openTestHost>>, installations: readonly object[], of = day(0)) =>
    registry.send('POST', '/api/v1/statistics/reports', {
      json: { statement: host.statement({ kind: 'statistics.report', day: of, installations }) },
    })
  const statistics = async () =>
    registryRoutes.pluginStatistics.response.parse(
      (await registry.send('GET', '/api/v1/plugins/acme/counted/statistics')).body,
    )

  it('adds up what hosts report, each host once a day, with shares of versions', async () => {
    const [one, two] = [await openTestHost(registry), await openTestHost(registry)]
    const counted = (version: string, count: number) => ({ plugin: 'acme/counted', version, count })
    expect((await report(one, [counted('1.0.0', 1), counted('1.1.0', 2)])).status).toBe(204)
    expect((await report(one, [counted('1.1.0', 50)])).status).toBe(204)
    await report(two, [counted('1.1.0', 1)])
    expect(await statistics()).toMatchObject({
      installations: { latest: 4, days: [{ day: day(0), count: 4 }] },
      versions: [
        { version: '1.1.0', installations: 3, share: 0.75 },
        { version: '1.0.0', installations: 1, share: 0.25 },
      ],
    })
  })

  it('counts no plugin it does not have, no host for more than a hundred, no day outside, nobody unknown', async () => {
    const host = await openTestHost(registry)
    await report(host, [
      { plugin: 'acme/secret', version: '1.0.0', count: 3 },
      { plugin: 'acme/counted', version: '7.0.0', count: 3 },
      { plugin: 'acme/counted', version: '1.0.0', count: 100_000 },
    ])
    const { installations } = await statistics()
    expect(installations.latest).toBe(104)
    expect((await report(host, [], day(5))).body).toMatchObject({ code: 'STATEMENT_TIME' })
    const stranger = await openTestHost(registry, { register: false })
    expect((await report(stranger, [])).body).toMatchObject({ code: 'HOST_UNKNOWN' })
  })

  it('keeps nothing from which a host could be told again', async () => {
    const host = await openTestHost(registry)
    await report(host, [{ plugin: 'acme/counted', version: '1.0.0', count: 1 }])
    await using store = await openStore({
      dataDir: registry.dataDir,
      databaseUrl: `sqlite:${registry.dataDir}/registry.db`,
    })
    const kept = JSON.stringify([
      await store.database.getRepository(reporters).find(),
      await store.database.getRepository(activeInstallations).find(),
    ])
    expect(kept).not.toContain(host.keyId)
    const before = { day: day(9), reporter: 'a'.repeat(64) }
    await store.database.getRepository(reporters).insert(before)
    await report(await openTestHost(registry), [])
    expect(await store.database.getRepository(reporters).findBy({ day: before.day })).toEqual([])
  })

  it('finds what is downloaded more than usual, not what is merely large', async () => {
    await registry.publish(await signedPlugin(registry.key, { manifest: { id: 'acme/large' } }))
    await registry.publish(await signedPlugin(registry.key, { manifest: { id: 'acme/rising' } }))
    await using store = await openStore({
      dataDir: registry.dataDir,
      databaseUrl: `sqlite:${registry.dataDir}/registry.db`,
    })
    const rows = Array.from({ length: 35 }, (_, before) => [
      { pluginId: 'acme/large', day: day(before), count: 1000 },
      { pluginId: 'acme/rising', day: day(before), count: before < 7 ? 60 : 2 },
    ])
    await store.database.getRepository(downloads).insert(rows.flat())
    const { items } = await trending(store, 10)
    expect(items.map(({ plugin }) => plugin)).toEqual(['acme/rising'])
    expect(items[0]).toMatchObject({ downloads: 420, before: 14 })
  })

  it('shows a publisher all of its plugins, and nobody else', async () => {
    const path = '/api/v1/publishers/acme/statistics'
    expect((await registry.send('GET', path)).status).toBe(401)
    const shown = registryRoutes.publisherStatistics.response.parse(
      (await registry.send('GET', path, { token: ADMIN_TOKEN })).body,
    )
    expect(shown.plugins.map(({ plugin }) => plugin)).toEqual(['acme/counted', 'acme/large', 'acme/rising'])
    expect(shown.plugins[0]).toMatchObject({ rating: { count: 0 }, installations: { latest: expect.any(Number) } })
  })
})
