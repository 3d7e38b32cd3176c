import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store, UsageBucketRow } from '../../../runtime/src/store/store.ts'
import { addInstallation, addWorkspace } from './rows.ts'

const minute = new Date('2026-11-21T10:00:00.000Z')
const later = new Date('2026-11-21T10:01:00.000Z')

/** What both dialects promise about measured use. */
export function keepsUsage(makeUrl: () => Promise<string>): void {
  let store: Store
  let workspaceId = ''
  let installationId = ''
  beforeEach(async () => {
    store = await openStore({ url: await makeUrl() })
    workspaceId = (await addWorkspace(store)).id
    installationId = (await addInstallation(store, workspaceId)).id
  })
  afterEach(() => store[Symbol.asyncDispose]())

  const bucket = (change: Partial<UsageBucketRow> = {}): UsageBucketRow => ({
    installationId,
    workspaceId,
    resolution: 'minute',
    startedAt: minute,
    calls: 1,
    errors: 0,
    cpuMicroseconds: 5_000_000_000,
    wallMicroseconds: 20,
    capabilityCalls: 2,
    denials: 0,
    bytesIn: 3,
    bytesOut: 4,
    egressBytes: 5,
    logBytes: 6,
    coldStarts: 0,
    breaches: 0,
    peakHeapBytes: 100,
    storageBytes: 7,
    fileBytes: 0,
    ...change,
  })
  const add = (...buckets: readonly UsageBucketRow[]) => store.usage.add({ buckets, breaches: [], permissions: [] })

  it('adds counts and keeps peaks, in any number of writes', async () => {
    await add(bucket(), bucket({ startedAt: later }))
    await Promise.all([add(bucket({ peakHeapBytes: 90 })), add(bucket({ peakHeapBytes: 300, errors: 1 }))])
    const found = await store.usage.find(installationId, 'minute', minute, later)
    expect(found).toMatchObject([
      { calls: 3, errors: 1, cpuMicroseconds: 15_000_000_000, peakHeapBytes: 300, storageBytes: 7, startedAt: minute },
      { calls: 1, startedAt: later },
    ])
    expect(await store.usage.find(installationId, 'hour', minute, later)).toEqual([])
  })

  it('counts breaches by day and limit, and uses by grant', async () => {
    const breach = {
      installationId,
      workspaceId,
      day: '2026-11-21',
      code: 'SANDBOX_CPU',
      limit: 'cpuMsPerCall',
      count: 2,
      value: 1000,
      lastAt: later,
    }
    const use = { installationId, workspaceId, family: 'network', verb: 'GET', name: 'https://a.example:443', uses: 1 }
    await store.usage.add({
      buckets: [],
      breaches: [breach, { ...breach, limit: '', code: 'SANDBOX_CRASHED', value: 0, lastAt: minute }],
      permissions: [{ ...use, lastUsedAt: later }],
    })
    await store.usage.add({
      buckets: [],
      breaches: [{ ...breach, count: 1, value: 500, lastAt: minute }],
      permissions: [{ ...use, lastUsedAt: minute }],
    })
    expect(await store.usage.breaches(installationId, '2026-11-21')).toMatchObject([
      { limit: 'cpuMsPerCall', count: 3, value: 1000, lastAt: later },
      { limit: '', count: 2 },
    ])
    expect(await store.usage.breaches(installationId, '2026-11-22')).toEqual([])
    expect(await store.usage.permissions(installationId)).toMatchObject([{ uses: 2, lastUsedAt: later }])
  })

  it('prunes what is old, and forgets an installation', async () => {
    await add(bucket(), bucket({ startedAt: later }), bucket({ resolution: 'day' }))
    await store.usage.prune('minute', later)
    expect(await store.usage.ofWorkspace(workspaceId, 'minute', minute)).toMatchObject([{ startedAt: later }])
    expect(await store.usage.daysOf([installationId], minute)).toHaveLength(1)
    await store.usage.clear(installationId)
    expect(await store.usage.daysOf([installationId], minute)).toEqual([])
  })

  it('keeps the bounds of an installation as long as the installation', async () => {
    const row = {
      installationId,
      workspaceId,
      limits: { memoryMb: 16 },
      budgets: [{ meter: 'calls', period: 'day', hard: 10 }],
      withheld: [{ family: 'network', name: 'https://a.example:443', verb: 'GET' }],
      measuredSince: minute,
      updatedAt: minute,
    } as const
    await store.installationBounds.insertMissing(row)
    await store.installationBounds.insertMissing({ ...row, limits: {} })
    expect(await store.installationBounds.list()).toEqual([row])
    await store.installations.remove(installationId)
    expect(await store.installationBounds.get(installationId)).toBeUndefined()
  })
}
