import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_QUEUED_EVENTS } from '../../../runtime/src/events/limits.ts'
import { openTown, textOf, type Town, until } from './town.ts'

const reason = 'For tests.'
const hears = (...events: readonly string[]) =>
  events.map((event) => ({ event, direction: 'subscribe' as const, reason }))
const sends = (...events: readonly string[]) => events.map((event) => ({ event, direction: 'emit' as const, reason }))

/** Emits `args.name` `args.times` times and answers the codes of what failed. */
const EMITTER = `c.tools.handle('emit', async (args) => {
  const failures = []
  for (let i = 0; i < (args.times ?? 1); i++)
    try { await c.events.emit(args.name, args.payload ?? { i }) } catch (error) { failures.push({ code: error.code, details: error.details }) }
  return JSON.stringify(failures)
})`
/** Keeps what it heard; `heard` answers it. */
const LISTENER = `const heard = []
  for (const name of NAMES) c.events.on(name, (event, call) => { heard.push({ ...event, who: call.principal.id }) })
  c.tools.handle('heard', () => JSON.stringify(heard))`
const listener = (...names: readonly string[]) => LISTENER.replace('NAMES', JSON.stringify(names))

describe('events between plugins [H5]', () => {
  let town: Town
  beforeAll(async () => {
    town = await openTown()
  })
  afterAll(() => town[Symbol.asyncDispose]())

  const emitter = (limits = {}) =>
    town.add({
      id: 'acme/sender',
      tools: ['emit'],
      permissions: { events: sends('acme.sender.changed', 'acme.sender.other') },
      limits,
      code: EMITTER,
    })

  it('reach those of the same workspace who asked for them, once and in order', async () => {
    await using sender = await emitter()
    const about = { permissions: { events: hears('acme.sender.changed') }, tools: ['heard'] }
    await using ear = await town.add({ id: 'acme/ear', ...about, code: listener('acme.sender.changed') })
    await using deaf = await town.add({
      id: 'acme/deaf',
      tools: ['heard'],
      permissions: { events: hears('acme.sender.other') },
      code: listener('acme.sender.other'),
    })
    await using far = await town.add({
      id: 'acme/far',
      workspaceId: 'w2',
      ...about,
      code: listener('acme.sender.changed'),
    })
    await sender.call('emit', { name: 'acme.sender.changed', times: 3 })
    await until(() => town.hub.readings('w1-acme-ear').delivered === 3)
    const heard: unknown = JSON.parse(textOf(await ear.call('heard')))
    const event = {
      name: 'acme.sender.changed',
      source: 'acme/sender',
      who: 'plugin:acme/ear',
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    }
    expect(heard).toEqual([0, 1, 2].map((i) => ({ ...event, payload: { i } })))
    expect([textOf(await deaf.call('heard')), textOf(await far.call('heard'))]).toEqual(['[]', '[]'])
    expect(town.hub.readings('w1-acme-sender').sent).toBe(3)
  })

  it('are sent and heard only under a grant, and never in another’s name', async () => {
    await using sender = await emitter()
    const codes = async (name: string) => textOf(await sender.call('emit', { name }))
    for (const name of ['acme.sender.secret', 'acme.ear.changed', 'tool.called', ''])
      expect([name, await codes(name)]).toEqual([name, expect.stringContaining('PERMISSION_DENIED')])
    await using taken = await town.add({
      id: 'acme/taken',
      tools: ['heard'],
      permissions: { events: hears('acme.sender.changed') },
      grants: { events: [] },
      code: listener('acme.sender.changed'),
    })
    await sender.call('emit', { name: 'acme.sender.changed' })
    expect(textOf(await taken.call('heard'))).toBe('[]')
    await expect(
      town.add({ id: 'acme/undeclared', code: `c.events.on('tool.called', () => undefined)` }),
    ).rejects.toMatchObject({ message: expect.stringContaining('permissions.events') })
  })

  it('are limited per minute, with limit and value in the error', async () => {
    await using sender = await emitter({ eventsPerMinute: 5 })
    const failures: unknown = JSON.parse(textOf(await sender.call('emit', { name: 'acme.sender.changed', times: 7 })))
    expect(failures).toEqual([
      { code: 'EVENT_QUOTA', details: { limit: 'eventsPerMinute', value: 5 } },
      { code: 'EVENT_QUOTA', details: { limit: 'eventsPerMinute', value: 5 } },
    ])
  })

  it('have a payload of bounded size', async () => {
    await using sender = await emitter()
    const payload = 'x'.repeat(65_536)
    expect(textOf(await sender.call('emit', { name: 'acme.sender.changed', payload }))).toContain('CAPABILITY_ARGUMENT')
  })

  it('that a subscriber cannot take are dropped and counted, and cost the sender nothing', async () => {
    await using sender = await emitter({ eventsPerMinute: 10_000, capabilityCallsPerCall: 10_000 })
    await using slow = await town.add({
      id: 'acme/slow',
      tools: ['open'],
      permissions: { events: hears('acme.sender.changed') },
      code: `const gate = Promise.withResolvers()
        c.events.on('acme.sender.changed', () => gate.promise)
        c.tools.handle('open', () => { gate.resolve(); return 'open' })`,
    })
    const times = MAX_QUEUED_EVENTS + 41
    expect(textOf(await sender.call('emit', { name: 'acme.sender.changed', times }))).toBe('[]')
    const { queued, dropped } = town.hub.readings('w1-acme-slow')
    expect([queued, dropped]).toEqual([MAX_QUEUED_EVENTS, 40])
    await slow.call('open')
    await until(() => town.hub.readings('w1-acme-slow').delivered === MAX_QUEUED_EVENTS + 1)
  })

  it('go on after a handler that throws; the failure is counted and in the plugin’s log', async () => {
    await using sender = await emitter()
    await using ear = await town.add({
      id: 'acme/shaky',
      tools: ['heard'],
      permissions: { events: hears('acme.sender.changed') },
      code: `const heard = []
        c.events.on('acme.sender.changed', ({ payload }) => { if (payload.i === 0) throw new Error('oh'); heard.push(payload.i) })
        c.tools.handle('heard', () => heard.join())`,
    })
    expect(textOf(await sender.call('emit', { name: 'acme.sender.changed', times: 3 }))).toBe('[]')
    await until(() => town.hub.readings('w1-acme-shaky').delivered === 2)
    expect(town.hub.readings('w1-acme-shaky')).toMatchObject({ failed: 1, dropped: 0 })
    expect(textOf(await ear.call('heard'))).toBe('1,2')
    expect(town.logs).toContainEqual(expect.stringContaining('acme.sender.changed was not handled: PLUGIN_ERROR: oh'))
  })

  it('wake a plugin that hibernates', async () => {
    await using sender = await emitter()
    await using sleeper = await town.add({
      id: 'acme/sleeper',
      permissions: { events: hears('acme.sender.changed') },
      idleStopMs: 50,
      code: `c.events.on('acme.sender.changed', async () => { await c.storage.set('heard', true) })`,
    })
    await until(() => sleeper.hibernated() > 0)
    await sender.call('emit', { name: 'acme.sender.changed' })
    await until(async () => (await town.store.pluginStorage.get('w1-acme-sleeper', 'heard')) === 'true')
  })

  it('that answer each other end after eight', async () => {
    const echo = (own: string, other: string) => ({
      id: `acme/${own}`,
      tools: ['start'],
      permissions: { events: [...sends(`acme.${own}.said`), ...hears(`acme.${other}.said`)] },
      code: `c.tools.handle('start', async () => { await c.events.emit('acme.${own}.said', 0); return 'ok' })
        c.events.on('acme.${other}.said', async ({ payload }) => { await c.events.emit('acme.${own}.said', payload + 1) })`,
    })
    await using ping = await town.add(echo('ping', 'pong'))
    await town.add(echo('pong', 'ping'))
    await ping.call('start')
    const readings = () => [town.hub.readings('w1-acme-ping'), town.hub.readings('w1-acme-pong')]
    await until(() => readings().reduce((sum, { failed, delivered }) => sum + failed + delivered, 0) === 8)
    expect(town.logs).toContainEqual(expect.stringContaining('at most 8 deep'))
    expect(readings().reduce((sum, { sent }) => sum + sent, 0)).toBe(8)
  })
})

describe('events of the host [H5]', () => {
  it('tell of tool calls without arguments, results or callers, and do not feed on themselves', async () => {
    await using town = await openTown()
    await using echo = await town.add({
      id: 'acme/echo',
      tools: ['echo', 'again'],
      permissions: { tools: [{ tool: 'acme/echo:echo', reason }] },
      code: `c.tools.handle('echo', () => 'private')
        c.tools.handle('again', async (args, call) => { await c.tools.call('acme/echo:echo', { token: 'private' }, { call }); return 'ok' })`,
    })
    await using watcher = await town.add({
      id: 'acme/watcher',
      tools: ['heard'],
      permissions: { events: hears('tool.called'), tools: [{ tool: 'acme/echo:echo', reason }] },
      code: `const heard = []
        c.events.on('tool.called', async (event, call) => {
          heard.push(event)
          try { await c.tools.call('acme/echo:echo', {}, { call }) } catch (error) { heard.push(error.code) }
        })
        c.tools.handle('heard', () => JSON.stringify(heard))`,
    })
    await echo.call('again')
    const heard = async () => textOf(await watcher.call('heard'))
    await until(async () => (await heard()).includes('CALL_DEPTH'))
    const text = await heard()
    expect(text).not.toContain('private')
    expect(text).not.toContain('user:ada')
    expect(JSON.parse(text)).toContainEqual({
      name: 'tool.called',
      source: 'host',
      at: expect.any(String),
      payload: { tool: 'acme/echo:echo', outcome: 'ok', durationMs: expect.any(Number) },
    })
    const before = town.audit.length
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(town.audit.length).toBe(before)
  })
})
