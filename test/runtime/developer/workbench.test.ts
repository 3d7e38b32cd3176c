import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { OpenPluginOptions } from '@nexus/plugin-api/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DevEvent, openDev } from '../../../runtime/src/developer/index.ts'
import { recordedNetwork, replayedNetwork } from '../../../runtime/src/developer/testing/networks.ts'
import { openTestedPlugin } from '../../../runtime/src/developer/testing/open-tested-plugin.ts'
import { type Exchange, writeRecording } from '../../../runtime/src/developer/testing/recording.ts'
import { type Workbench, openWorkbench } from '../../../runtime/src/developer/workbench/open-workbench.ts'

const manifest = {
  manifestVersion: 1,
  kind: 'connector',
  id: 'acme/weather',
  version: '1.0.0',
  displayName: 'Weather',
  description: 'Tells the weather.',
  license: 'MIT',
  engines: { nexus: '>=0.1.0 <1.0.0' },
  permissions: {
    network: [{ host: 'api.example.com', methods: ['GET'], reason: 'Reads the weather.' }],
    schedules: [{ name: 'look', cron: '*/15 * * * *', reason: 'Looks four times an hour.' }],
    client: [{ ask: 'elicitation', reason: 'Asks for a name.' }],
    events: [{ event: 'acme.weather.changed', direction: 'emit', reason: 'Tells of changes.' }],
    tools: [{ tool: 'nexus/web:fetch_page', reason: 'Reads pages.' }],
  },
  contributes: {
    tools: ['weather', 'slow', 'ask', 'page', 'fail'].map((name) => ({
      name,
      description: `The tool ${name}.`,
      inputSchema: { type: 'object' },
    })),
  },
}

const code = (greeting: string): string => `import { definePlugin } from '@nexus/plugin-api'
export default definePlugin({
  activate({ clock, events, log, network, schedule, storage, tools }) {
    tools.handle('weather', async ({ host = 'api.example.com' }) => (await network.fetch(\`https://\${host}/now\`)).body)
    tools.handle('slow', async () => {
      const began = Date.now()
      await clock.sleep(30_000)
      setTimeout(() => log.info('late'), 1_000)
      await clock.sleep(10_000)
      await storage.set('slept', Date.now() - began)
      return String(await storage.get('slept'))
    })
    tools.handle('ask', async (_args, call) =>
      JSON.stringify(await call.elicit({ message: 'Who?', requestedSchema: { type: 'object', properties: {} } })))
    tools.handle('page', async (_args, call) =>
      JSON.stringify(await tools.call('nexus/web:fetch_page', { url: 'https://a.example' }, { call })))
    tools.handle('fail', () => { throw new Error('${greeting}') })
    schedule.handle('look', ({ scheduledAt }) => events.emit('acme.weather.changed', { scheduledAt }))
  },
})
`

let folder: string
let bench: Workbench
const cleanup = new AsyncDisposableStack()

async function writePlugin(place: string, greeting: string, changes: object = {}): Promise<void> {
  await mkdir(join(place, 'src'), { recursive: true })
  await writeFile(join(place, 'nexus.plugin.json'), JSON.stringify({ ...manifest, ...changes }))
  await writeFile(join(place, 'src', 'index.ts'), code(greeting))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  await writePlugin(join(folder, 'plugin'), 'no weather today')
  const cacheDir = join(folder, 'cache')
  const environment = {}
  bench = cleanup.use(await openWorkbench({ dataDir: join(folder, 'data'), cacheDir, environment, byHand: true }))
}, 120_000)
afterAll(() => cleanup.disposeAsync())

const open = (options: OpenPluginOptions = {}) =>
  openTestedPlugin({ bench, folder: join(folder, 'plugin'), file: 'weather.test.ts', record: false }, options)

describe('a plugin under test [R3]', { timeout: 120_000 }, () => {
  it('reaches what the test plays, and no host that its manifest does not name', async () => {
    await using plugin = await open({ network: ({ url }) => ({ body: { url } }) })
    expect((await plugin.call('weather')).text).toBe('{"url":"https://api.example.com/now"}')
    await expect(plugin.call('weather', { host: 'evil.example' })).rejects.toMatchObject({
      details: { pluginCode: 'NETWORK_DENIED' },
    })
    expect(plugin.requests).toEqual([{ method: 'GET', url: 'https://api.example.com/now' }])
  })

  it('has a clock that stands until it is moved, for sleeps, timers and schedules', async () => {
    await using plugin = await open({ now: '2026-05-01T12:00:00Z' })
    const slow = plugin.call('slow')
    await plugin.clock.advance(40_000)
    expect((await slow).text).toBe('40000')
    expect(plugin.log.some(({ message }) => message.includes('late'))).toBe(true)
    expect(plugin.clock.now().toISOString()).toBe('2026-05-01T12:00:40.000Z')
    await plugin.clock.advance(30 * 60_000)
    expect(plugin.events.map(({ payload }) => payload)).toEqual([
      { scheduledAt: '2026-05-01T12:15:00.000Z' },
      { scheduledAt: '2026-05-01T12:30:00.000Z' },
    ])
    await expect(plugin.clock.advance(-1)).rejects.toMatchObject({ code: 'BENCH_CLOCK' })
  })

  it('asks the person and the tools that the test plays', async () => {
    await using plugin = await open({
      client: { elicit: () => ({ action: 'accept', content: { name: 'Ada' } }) },
      tools: { 'nexus/web:fetch_page': ({ url }) => `page ${typeof url === 'string' ? url : ''}` },
    })
    expect((await plugin.call('ask')).text).toBe('{"action":"accept","content":{"name":"Ada"}}')
    expect((await plugin.call('page')).text).toContain('page https://a.example')
    await expect(plugin.call('nothing')).rejects.toMatchObject({ code: 'BENCH_UNKNOWN' })
    await expect(plugin.run('nothing')).rejects.toMatchObject({ code: 'BENCH_UNKNOWN' })
  })

  it('shows where its code threw, in the lines of its author', async () => {
    await using plugin = await open()
    const error = await plugin.call('fail').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'PLUGIN_ERROR', message: 'no weather today' })
    expect(error instanceof Error ? error.stack : '').toMatch(/src\/index\.ts:\d+/)
  })

  it('is answered from its recording, and told how to make one', async () => {
    const recorded: Exchange = {
      method: 'GET',
      url: 'https://api.example.com/now',
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'sunny',
    }
    await using without = await open()
    await expect(without.call('weather')).rejects.toThrow(/nexus test --record/)
    await writeRecording(join(folder, 'plugin', 'test', 'recordings', 'weather.json'), [recorded], new Date(0))
    await using plugin = await open()
    expect((await plugin.call('weather')).text).toBe('sunny')
  })
})

describe('a recording [R3]', () => {
  it('holds no secret, and gives equal requests their answers in order', async () => {
    const exchanges: Exchange[] = []
    let count = 0
    const inner = {
      request: async () => ({
        status: 200,
        headers: {},
        url: 'https://a.example/',
        body: Buffer.from(`${(count += 1)} key s3cret`),
      }),
    }
    const grant = {
      scheme: 'https',
      host: 'a.example',
      port: 443,
      methods: ['GET'],
      allowPrivateAddresses: false,
    } as const
    const request = {
      url: 'https://a.example/',
      grants: [grant],
      signal: new AbortController().signal,
      timeoutMs: 1,
      maxBytes: 99,
    }
    const recorder = recordedNetwork(inner, exchanges, (text) => text.replaceAll('s3cret', '***'))
    await recorder.request(request)
    await recorder.request(request)
    expect(JSON.stringify(exchanges)).not.toContain('s3cret')
    const replay = replayedNetwork(exchanges, 'x.json')
    const text = async () => Buffer.from((await replay.request(request)).body).toString('utf8')
    expect([await text(), await text(), await text()]).toEqual(['1 key ***', '2 key ***', '2 key ***'])
    await expect(replay.request({ ...request, url: 'https://b.example/' })).rejects.toMatchObject({
      code: 'NETWORK_DENIED',
    })
  })
})

describe('nexus dev [R3]', { timeout: 120_000 }, () => {
  it('runs each save, survives one that does not run, and asks before it grants more', async () => {
    const place = join(folder, 'dev')
    await writePlugin(place, 'first')
    const events: DevEvent[] = []
    await using session = await openDev({
      folder: place,
      port: 0,
      environment: {},
      config: {},
      secrets: {},
      allowPrivateAddresses: [],
      grantAll: false,
      tell: (event) => void events.push(event),
    })
    const until = async (event: DevEvent['event'], from: number): Promise<DevEvent> => {
      for (;;) {
        const found = events.slice(from).find((one) => one.event === event)
        if (found !== undefined) return found
        await setTimeout(20)
      }
    }
    await until('ready', 0)
    await expect(session.call('fail', {})).rejects.toThrow('first')

    let from = events.length
    await writeFile(join(place, 'src', 'index.ts'), 'export default {')
    expect(await until('broken', from)).toMatchObject({ code: 'PACK_CODE' })
    await expect(session.call('fail', {})).rejects.toThrow('first')

    from = events.length
    await writeFile(join(place, 'src', 'index.ts'), code('second'))
    expect(await until('reloaded', from)).toMatchObject({ ms: expect.any(Number) })
    await expect(session.call('fail', {})).rejects.toThrow('second')
    expect(events.filter(({ event }) => event === 'call').length).toBeGreaterThan(2)

    from = events.length
    const network = [...manifest.permissions.network, { host: 'more.example', methods: ['GET'], reason: 'More.' }]
    await writePlugin(place, 'third', { permissions: { ...manifest.permissions, network } })
    const asked = await until('consent', from)
    expect(JSON.stringify(asked)).toContain('more.example')
    await expect(session.call('fail', {})).rejects.toThrow(/second|third/)
    await session.grant()
    await expect(session.call('fail', {})).rejects.toThrow('third')

    const refused = await fetch(session.endpoint.url, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    expect(refused.status).toBe(401)
  })
})
