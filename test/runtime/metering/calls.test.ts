import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createIsolateUpstream } from '../../../runtime/src/gateway/upstream/create-isolate-upstream.ts'
import { type Metering, openMetering } from '../../../runtime/src/metering/index.ts'
import { openIsolateHost } from '../../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import { createLifecycleHost } from '../../../runtime/src/sandbox/lifecycle/create-lifecycle-host.ts'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import type { InstallationRow } from '../../../runtime/src/store/store.ts'
import { limits } from '../../escape/arena.ts'
import { type RunningGateway, WORKSPACE, startGateway } from '../gateway/harness.ts'
import { connectModern, textOf } from '../gateway/sdk-clients.ts'
import { addInstallation } from '../store/rows.ts'

const CODE = `export default { activate({ tools }) {
  tools.handle('shout', (args) => String(args.text).toUpperCase())
  tools.handle('fail', () => ({ content: [{ type: 'text', text: 'no' }], isError: true }))
  tools.handle('loop', () => { for (;;); })
} }`

const tool = (name: string) => ({ name, description: `The tool ${name}.`, inputSchema: { type: 'object' } })

function manifest(): PluginManifest {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'nexus/demo',
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Demo',
    description: 'For tests.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0' },
    contributes: { tools: ['shout', 'fail', 'loop'].map(tool) },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

/** Calls of a plugin in a real isolate, through a real gateway, measured into a real store. */
describe('calls of an isolate [H9]', () => {
  const cleanup = new AsyncDisposableStack()
  const quarantined: string[] = []
  let nexus: RunningGateway
  let metering: Metering
  let row: InstallationRow
  let today = new Date()

  const open = () =>
    openMetering({
      store: nexus.store,
      audit: { record: (event) => void nexus.events.push(event) },
      logger: { warn: () => undefined },
      upstreams: nexus.gateway.upstreams,
      log: () => undefined,
      brokerUsage: () => undefined,
      quarantine: async (_, { message }) => void quarantined.push(message),
      flushMs: 3_600_000,
      now: () => today,
    })

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nexus-metering-'))
    cleanup.defer(() => rm(folder, { recursive: true, force: true }))
    const isolates = cleanup.use(await openIsolateHost({ cacheDir: folder, logger: { warn: () => undefined } }))
    const host = createLifecycleHost(isolates)
    nexus = cleanup.use(await startGateway())
    row = await addInstallation(nexus.store, WORKSPACE, { pluginId: 'nexus/demo', manifest: manifest(), label: 'demo' })
    metering = cleanup.use(await open())
    const profile = {
      name: 'test',
      title: 'Test',
      description: '',
      tier: 'isolate',
      limits,
      lifecycle: { start: 'eager', idleStopMs: 0, instances: 1 },
      features: { webAssembly: false, sharedArrayBuffer: false },
    } as const
    let running: Promise<Sandbox> | undefined
    const start = async () => {
      const spec = {
        installationId: row.id,
        workspaceId: WORKSPACE,
        manifest: manifest(),
        code: CODE,
        codeDigest: `sha256:${createHash('sha256').update(CODE).digest('hex')}`,
        config: {},
        profile,
        limits,
        observer: metering.observer(row, limits),
      }
      const port = { call: (name: string) => Promise.reject(new Error(`Not granted: ${name}`)) }
      const sandbox = await host.open(spec, port, AbortSignal.timeout(20_000))
      void sandbox.exited.then(() => (running = undefined))
      return sandbox
    }
    cleanup.defer(async () => (await running)?.[Symbol.asyncDispose]())
    const identity = {
      id: row.id,
      installationId: row.id,
      pluginId: row.pluginId,
      workspaceId: WORKSPACE,
      label: 'demo',
    }
    const upstream = createIsolateUpstream({ identity, manifest: manifest(), sandbox: () => (running ??= start()) })
    nexus.add(metering.upstream(upstream, row))
  })
  afterAll(() => cleanup.disposeAsync())

  const shout = async (text: string) => {
    const client = await connectModern(`${nexus.url}/mcp`)
    try {
      return textOf(await client.callTool({ name: 'shout', arguments: { text } }))
    } finally {
      await client.close()
    }
  }
  const lastCall = () => nexus.events.findLast(({ action }) => action === 'tool.called')
  const used = async () => {
    if (metering.budgets.standing(row.id).length === 0) await setBudget(1_000_000)
    return metering.budgets.standing(row.id)[0]?.used ?? 0
  }
  const setBudget = async (hard: number) => {
    const budgets = [{ meter: 'calls', period: 'day', hard }] as const
    await metering.bounds.change({ installationId: row.id, workspaceId: WORKSPACE }, { budgets })
    await metering.budgets.refresh()
  }

  it('say in their audit record what they used', async () => {
    expect(await shout('a')).toBe('A')
    expect(lastCall()?.details).toMatchObject({
      cpuUs: expect.any(Number),
      capabilityCalls: 0,
      bytesIn: '{"text":"a"}'.length,
      bytesOut: expect.any(Number),
    })
    expect(lastCall()?.details?.['cpuUs']).toBeGreaterThan(0)
  })

  it('are counted once, with CPU time, memory and the start of the code', async () => {
    // Memory is looked at now and then, not with every call.
    for (let tries = 0; tries < 100 && Number(lastCall()?.details?.['heapBytes'] ?? 0) === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      await shout('a')
    }
    await metering.flush()
    const [bucket] = await nexus.store.usage.daysOf([row.id], new Date(0))
    const made = nexus.events.filter(({ action }) => action === 'tool.called').length
    expect(bucket).toMatchObject({ calls: made, errors: 0, coldStarts: 1 })
    expect(bucket?.cpuMicroseconds).toBeGreaterThan(0)
    expect(bucket?.peakHeapBytes).toBeGreaterThan(0)
    expect(bucket?.wallMicroseconds).toBeGreaterThan(0)
  })

  it('that answer with an error count as failed', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    const before = metering.usage.find(row.id)?.totals.counters.calls ?? 0
    expect(await client.callTool({ name: 'fail', arguments: {} })).toMatchObject({ isError: true })
    await client.close()
    expect(metering.usage.find(row.id)?.totals.counters).toMatchObject({ calls: before + 1, errors: 1 })
  })

  it('are refused when a budget is used up, with the budget, its value and the time it starts anew', async () => {
    const made = await used()
    await setBudget(made + 1)
    expect(await shout('b')).toBe('B')
    await expect(shout('c')).rejects.toMatchObject({
      data: {
        code: 'BUDGET_EXHAUSTED',
        budget: 'calls',
        period: 'day',
        value: made + 1,
        resetsAt: expect.stringMatching(/T00:00:00\.000Z$/),
      },
    })
    expect(lastCall()).toMatchObject({ outcome: 'failed', details: { code: 'BUDGET_EXHAUSTED' } })
    await expect(shout('d')).rejects.toThrow()
    expect(nexus.events.filter(({ action }) => action === 'budget.exhausted')).toHaveLength(1)
  })

  it('stay refused after a restart of the host, and go on when the day is over', async () => {
    await metering.flush()
    const again = await open()
    expect(again.budgets.standing(row.id)).toMatchObject([{ used: await used(), state: 'exhausted' }])
    await again[Symbol.asyncDispose]()
    const before = today
    today = new Date(today.getTime() + 86_400_000)
    expect(await shout('e')).toBe('E')
    today = before
  })

  it('never pass a budget together, however many come at once', async () => {
    await setBudget((await used()) + 3)
    const client = await connectModern(`${nexus.url}/mcp`)
    const calls = Array.from({ length: 12 }, (_, index) =>
      client.callTool({ name: 'shout', arguments: { text: String(index) } }),
    )
    const settled = await Promise.allSettled(calls)
    await client.close()
    await setBudget(1_000_000)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  })

  it('that break a limit tell which, are counted, audited, and at last stop the plugin', async () => {
    const client = await connectModern(`${nexus.url}/mcp`)
    for (let count = 0; count < 5; count += 1)
      await expect(client.callTool({ name: 'loop', arguments: {} })).rejects.toMatchObject({
        data: { code: 'SANDBOX_CPU' },
      })
    await client.close()
    await metering.flush()
    const breaches = await nexus.store.usage.breaches(row.id, '2000-01-01')
    expect(breaches).toMatchObject([{ code: 'SANDBOX_CPU', limit: 'cpuMsPerCall', value: 150 }])
    expect(breaches[0]?.count).toBeGreaterThanOrEqual(5)
    expect(nexus.events.findLast(({ action }) => action === 'limit.breached')).toMatchObject({
      target: 'nexus/demo:cpuMsPerCall',
      details: { code: 'SANDBOX_CPU', limit: 'cpuMsPerCall', value: 150 },
    })
    expect(quarantined).toEqual([expect.stringContaining('cpuMsPerCall (150)')])
  })
})
