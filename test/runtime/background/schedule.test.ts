import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createScheduler } from '../../../runtime/src/schedule/index.ts'
import { startJob } from '../../../runtime/src/schedule/job.ts'
import { comingRun } from '../../../runtime/src/schedule/times.ts'
import { openTown, type NewPlugin, textOf, type Town, until } from './town.ts'

const reason = 'For tests.'
const everyMinute = { name: 'job', cron: '* * * * *', reason }

/** A clock that stands still until it is let go. */
function heldClock(at: number) {
  let offset: number | undefined
  return {
    now: () => new Date(offset === undefined ? at : Date.now() + offset),
    letGo: () => void (offset = at - Date.now()),
  }
}

describe('the times of a schedule [H5]', () => {
  const first = (schedule: { cron: string; timeZone?: string }, after: string, installationId = 'i1') => {
    const run = comingRun(installationId, { name: 'job', ...schedule }, new Date(after))
    return run === undefined ? undefined : { slot: run.slot.toISOString(), jitterMs: run.dueMs - run.slot.getTime() }
  }

  it('are those of crontab(5), in UTC or the zone that was asked for', () => {
    expect(first({ cron: '30 6 * * 1-5' }, '2026-11-21T12:00:00Z')).toMatchObject({ slot: '2026-11-23T06:30:00.000Z' })
    expect(first({ cron: '0 3 * * *', timeZone: 'Europe/Berlin' }, '2026-07-01T12:00:00Z')).toMatchObject({
      slot: '2026-07-02T01:00:00.000Z',
    })
    expect(first({ cron: '0 0 13 * 5' }, '2026-11-14T00:00:00Z')).toMatchObject({ slot: '2026-11-20T00:00:00.000Z' })
  })

  it('come once on the day that skips an hour and once on the day that repeats one', () => {
    const runs = (after: string, before: string) => {
      const slots: string[] = []
      for (let at = after; at < before;) {
        const run = first({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' }, at)
        if (run === undefined || run.slot >= before) break
        slots.push(run.slot)
        at = run.slot
      }
      return slots.length
    }
    expect(runs('2026-03-28T12:00:00.000Z', '2026-03-29T12:00:00.000Z')).toBe(1)
    expect(runs('2026-10-24T12:00:00.000Z', '2026-10-25T12:00:00.000Z')).toBe(1)
  })

  it('are spread over a tenth of the pause and half a minute at most, always the same for one installation', () => {
    const jitters = (cron: string) =>
      Array.from(
        { length: 50 },
        (_, index) => first({ cron }, '2026-11-21T12:00:00Z', `installation-${index}`)?.jitterMs ?? -1,
      )
    expect(jitters('* * * * *')).toEqual(jitters('* * * * *'))
    expect(Math.max(...jitters('* * * * *'))).toBeLessThan(6_000)
    expect(Math.max(...jitters('0 3 * * *'))).toBeLessThan(30_000)
    expect(new Set(jitters('0 3 * * *')).size).toBeGreaterThan(40)
  })
})

describe('waiting for the time [H5]', () => {
  const ran: string[] = []
  const left: string[] = []
  const jobOf = (cron: string, work: Promise<void> = Promise.resolve()) =>
    startJob({
      installationId: 'i1',
      schedule: { name: 'job', cron },
      now: () => new Date(),
      run(slot) {
        ran.push(slot.toISOString())
        return work
      },
      leftOut: (slot) => void left.push(slot.toISOString()),
    })
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 10, 21, 12, 0, 30) })
    ran.length = 0
    left.length = 0
  })
  afterEach(() => void vi.useRealTimers())

  it('runs at each time, also when it is far away, and not after the end', async () => {
    {
      using job = jobOf('0 0 * * *')
      expect(job.dueAt()?.toISOString()).toMatch(/^2026-11-22T00:00:/)
      await vi.advanceTimersByTimeAsync(49 * 60 * 60_000)
    }
    await vi.advanceTimersByTimeAsync(49 * 60 * 60_000)
    expect(ran).toEqual(['2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'])
  })

  it('leaves out what passed while the machine slept', async () => {
    using job = jobOf('0 * * * *')
    vi.setSystemTime(Date.UTC(2026, 10, 21, 17, 30))
    await vi.advanceTimersByTimeAsync(60 * 60_000)
    expect([ran, job.dueAt()?.toISOString()]).toEqual([[], expect.stringMatching(/^2026-11-21T19:00:/)])
  })

  it('leaves out a run while the one before is not done', async () => {
    const gate = Promise.withResolvers<void>()
    using job = jobOf('* * * * *', gate.promise)
    expect(job.dueAt()?.toISOString()).toMatch(/^2026-11-21T12:01:/)
    await vi.advanceTimersByTimeAsync(2 * 60_000)
    expect([ran, left]).toEqual([['2026-11-21T12:01:00.000Z'], ['2026-11-21T12:02:00.000Z']])
    gate.resolve()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(ran.at(-1)).toBe('2026-11-21T12:03:00.000Z')
  })

  it('follows a clock that is set back', async () => {
    using job = jobOf('0 * * * *')
    vi.setSystemTime(Date.UTC(2026, 10, 21, 3, 30))
    await vi.advanceTimersByTimeAsync(61 * 60_000)
    expect(job.dueAt()?.toISOString()).toMatch(/^2026-11-21T05:00:/)
  })
})

describe('a scheduled run [H5]', () => {
  let opened: Town | undefined
  afterEach(async () => {
    await opened?.[Symbol.asyncDispose]()
    opened = undefined
  })

  /** A town whose clock stands just before the first run, and the plugin under an id whose runs begin at once. */
  const beforeRun = async (plugin: NewPlugin) => {
    const slot = Date.UTC(2026, 10, 21, 12, 1)
    const beginsAt = (pluginId: string) =>
      comingRun(`w1-${pluginId.replace('/', '-')}`, { name: 'job', cron: '* * * * *' }, new Date(slot - 1))?.dueMs ?? 0
    const found = Array.from({ length: 1_000 }, (_, index) => `acme/worker${index}`).find(
      (id) => beginsAt(id) - slot < 100,
    )
    const pluginId = found ?? plugin.id
    const clock = heldClock(slot - 200)
    opened = await openTown(clock.now)
    return { town: opened, id: `w1-${pluginId.replace('/', '-')}`, clock, plugin: { ...plugin, id: pluginId } }
  }
  const worker: NewPlugin = {
    id: 'acme/worker',
    tools: ['runs'],
    permissions: { schedules: [everyMinute] },
    code: `const runs = []
      c.schedule.handle('job', (run, call) => { runs.push({ ...run, who: call.principal.id }) })
      c.tools.handle('runs', () => JSON.stringify(runs))`,
  }

  it('is done at its time in the plugin’s own name, audited and remembered', async () => {
    const { town, id, clock, plugin } = await beforeRun(worker)
    await using resident = await town.add(plugin)
    expect((await town.scheduler.readings(id)).get('job')).toMatchObject({ runs: 0, lastRun: undefined })
    clock.letGo()
    await until(async () => (await town.scheduler.readings(id)).get('job')?.lastRun !== undefined)
    expect(JSON.parse(textOf(await resident.call('runs')))).toEqual([
      { name: 'job', scheduledAt: '2026-11-21T12:01:00.000Z', who: `plugin:${plugin.id}` },
    ])
    expect((await town.scheduler.readings(id)).get('job')).toMatchObject({
      nextRunAt: expect.any(Date),
      running: false,
      lastRun: { outcome: 'ok', code: undefined },
      runs: 1,
      failures: 0,
    })
    expect(town.audit).toContainEqual(
      expect.objectContaining({
        action: 'schedule.ran',
        actor: `plugin:${plugin.id}`,
        target: `${plugin.id}:job`,
        outcome: 'ok',
      }),
    )
  })

  it('is counted and logged when it fails, and leaves the plugin running', async () => {
    const asked = {
      ...worker,
      code: `c.schedule.handle('job', () => { throw new Error('no luck') }); c.tools.handle('runs', () => 'here')`,
    }
    const { town, id, clock, plugin } = await beforeRun(asked)
    await using resident = await town.add(plugin)
    clock.letGo()
    await until(async () => (await town.scheduler.readings(id)).get('job')?.failures === 1)
    expect((await town.scheduler.readings(id)).get('job')?.lastRun).toMatchObject({
      outcome: 'failed',
      code: 'PLUGIN_ERROR',
    })
    expect(town.logs).toContainEqual(expect.stringContaining('The scheduled run job failed: PLUGIN_ERROR: no luck'))
    expect(textOf(await resident.call('runs'))).toBe('here')
  })

  it('ends at the sandbox’s own limits', async () => {
    const asked = {
      ...worker,
      limits: { cpuMsPerCall: 200 },
      code: `c.schedule.handle('job', () => { for (;;); }); c.tools.handle('runs', () => 'here')`,
    }
    const { town, id, clock, plugin } = await beforeRun(asked)
    await town.add(plugin)
    clock.letGo()
    await until(async () => (await town.scheduler.readings(id)).get('job')?.failures === 1)
    expect((await town.scheduler.readings(id)).get('job')?.lastRun?.code).toBe('SANDBOX_CPU')
  })

  it('may call granted tools, under the rules for members', async () => {
    const asked = {
      ...worker,
      permissions: { schedules: [everyMinute], tools: [{ tool: 'acme/echo:echo', reason }] },
      code: `c.schedule.handle('job', async (run, call) => { c.log.info((await c.tools.call('acme/echo:echo', {}, { call })).content[0].text) })
        c.tools.handle('runs', () => 'here')`,
    }
    const { town, clock, plugin } = await beforeRun(asked)
    await town.add({
      id: 'acme/echo',
      tools: ['echo'],
      code: `c.tools.handle('echo', (args, call) => 'called by ' + call.principal.id)`,
    })
    await town.add(plugin)
    clock.letGo()
    await until(() => town.logs.includes(`called by plugin:${plugin.id}`))
  })

  it('wakes a plugin that hibernates', async () => {
    const asked = {
      ...worker,
      idleStopMs: 50,
      code: `c.schedule.handle('job', () => undefined); c.tools.handle('runs', () => 'x')`,
    }
    const { town, id, clock, plugin } = await beforeRun(asked)
    await using resident = await town.add(plugin)
    await until(() => resident.hibernated() > 0)
    clock.letGo()
    await until(async () => (await town.scheduler.readings(id)).get('job')?.lastRun?.outcome === 'ok')
  })

  it('is not done while the plugin is stopped, nor without a grant', async () => {
    const taken = { ...worker, id: 'acme/taken', grants: { schedules: [] } }
    const { town, id, clock, plugin } = await beforeRun(worker)
    await using resident = await town.add(plugin)
    await town.add(taken)
    resident.rest()
    clock.letGo()
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await town.scheduler.readings(id)).toEqual(new Map())
    expect(await town.scheduler.readings('w1-acme-taken')).toEqual(new Map())
  })

  it('is done by one of two hosts on one database', async () => {
    const { town, id, clock, plugin } = await beforeRun(worker)
    await using resident = await town.add(plugin)
    const second = createScheduler({
      store: town.store,
      audit: { record: (event) => void town.audit.push(event) },
      log: () => undefined,
      now: clock.now,
    })
    using attached = second.attach({
      installationId: id,
      workspaceId: 'w1',
      pluginId: plugin.id,
      schedules: [{ name: 'job', cron: '* * * * *' }],
      wallMsPerCall: 1_000,
      sandbox: resident.sandbox,
    })
    expect(attached).toBeDefined()
    clock.letGo()
    await until(async () => (await second.readings(id)).get('job')?.lastRun !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(JSON.parse(textOf(await resident.call('runs')))).toHaveLength(1)
    expect(town.audit.filter(({ action }) => action === 'schedule.ran')).toHaveLength(1)
  })
})
