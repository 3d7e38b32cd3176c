import { expect, it } from 'vitest'
import { openStore } from '../../../runtime/src/store/index.ts'
import { addInstallation } from './rows.ts'

const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 10, 21, 12, minute, second))

/** What the runs of schedules must do on every database. */
export function keepsScheduleRuns(makeUrl: () => Promise<string>): void {
  const open = async (url: string) => {
    const store = await openStore({ url })
    if ((await store.workspaces.get('w1')) === undefined) {
      await store.workspaces.insert({ id: 'w1', name: 'main', title: 'Main', createdAt: at(0) })
      await addInstallation(store, 'w1', { id: 'i1', label: 'i1' })
    }
    return store
  }
  const run = (minute: number, now = at(minute, 5)) => ({
    workspaceId: 'w1',
    installationId: 'i1',
    name: 'job',
    slot: at(minute),
    now,
    leaseUntil: at(minute, 35),
  })
  const end = (minute: number, outcome: 'ok' | 'failed', code?: string) => ({
    installationId: 'i1',
    name: 'job',
    slot: at(minute),
    finishedAt: at(minute, 6),
    outcome,
    code,
  })

  it('gives a run to exactly one of those who want it', async () => {
    await using store = await open(await makeUrl())
    const won = await Promise.all(Array.from({ length: 8 }, () => store.schedules.claim(run(1))))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await store.schedules.claim(run(1, at(9)))).toBe(false)
    expect(await store.schedules.claim(run(0, at(9)))).toBe(false)
  })

  it('gives out no second run while one is under way, and the next one when its lease is over', async () => {
    await using store = await open(await makeUrl())
    expect(await store.schedules.claim(run(1))).toBe(true)
    expect(await store.schedules.claim(run(2, at(1, 20)))).toBe(false)
    expect(await store.schedules.claim(run(2))).toBe(true)
    await store.schedules.finish(end(1, 'failed', 'LATE'))
    expect((await store.schedules.ofInstallation('i1'))[0]).toMatchObject({
      slot: at(2),
      outcome: undefined,
      failures: 0,
    })
  })

  it('remembers the last run and counts them, over a restart', async () => {
    const url = await makeUrl()
    {
      await using store = await open(url)
      expect(await store.schedules.ofInstallation('i1')).toEqual([])
      await store.schedules.claim(run(1))
      await store.schedules.finish(end(1, 'failed', 'SANDBOX_TIMEOUT'))
      await store.schedules.claim(run(2))
      await store.schedules.finish(end(2, 'ok'))
    }
    await using store = await open(url)
    expect(await store.schedules.ofInstallation('i1')).toEqual([
      {
        installationId: 'i1',
        name: 'job',
        workspaceId: 'w1',
        slot: at(2),
        leaseUntil: undefined,
        startedAt: at(2, 5),
        finishedAt: at(2, 6),
        outcome: 'ok',
        code: undefined,
        runs: 2,
        failures: 1,
      },
    ])
    await store.installations.remove('i1')
    expect(await store.schedules.ofInstallation('i1')).toEqual([])
  })
}
