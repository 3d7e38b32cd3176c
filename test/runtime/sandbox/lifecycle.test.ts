import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type IsolateHost, openIsolateHost } from '../../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import { createLifecycleHost } from '../../../runtime/src/sandbox/lifecycle/create-lifecycle-host.ts'
import type { SandboxProfile } from '../../../runtime/src/sandbox/profile.ts'
import type { CapabilityPort, Sandbox, SandboxHost, SandboxSpec } from '../../../runtime/src/sandbox/sandbox.ts'
import { limits } from '../../escape/arena.ts'

const cleanup = new AsyncDisposableStack()
const port: CapabilityPort = { call: async () => '' }
let cells: IsolateHost
let host: Pick<SandboxHost, 'open'>

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-lifecycle-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  cells = cleanup.use(await openIsolateHost({ cacheDir: folder, logger: { warn: () => undefined } }))
  host = createLifecycleHost(cells)
})
afterAll(() => cleanup.disposeAsync())

const CODE = `let calls = 0
export default { activate(context) {
  context.tools.handle('act', async (args) => {
    calls += 1
    if (args.sleepMs) await context.clock.sleep(args.sleepMs)
    if (args.burn) for (;;) {}
    return String(calls)
  })
} }`

function manifest(kind: 'connector' | 'mcp-adapter'): PluginManifest {
  const tools = [{ name: 'act', description: 'Acts.', inputSchema: { type: 'object' } }]
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/act',
    version: '1.0.0',
    displayName: 'Act',
    description: 'Acts.',
    kind,
    license: 'MIT',
    main: 'index.js',
    engines: { nexus: '^0.1.0' },
    contributes: kind === 'connector' ? { tools } : { tools, toolsDynamic: true },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

interface Heard {
  started: number
  hibernated: number
  reloads: number
}

interface Options {
  readonly lifecycle?: Partial<SandboxProfile['lifecycle']>
  readonly spec?: Partial<SandboxSpec>
  readonly kind?: 'connector' | 'mcp-adapter'
  readonly limits?: Partial<typeof limits>
}

let count = 0
interface Opened extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly heard: Heard
}

async function open(options: Options = {}): Promise<Opened> {
  const heard: Heard = { started: 0, hibernated: 0, reloads: 0 }
  count += 1
  const held = { ...limits, concurrentCalls: 32, ...options.limits }
  const sandbox = await host.open(
    {
      installationId: `lifecycle-${count}`,
      workspaceId: 'w1',
      manifest: manifest(options.kind ?? 'connector'),
      code: CODE,
      codeDigest: `sha256:${createHash('sha256').update(CODE).digest('hex')}`,
      config: {},
      profile: {
        name: 'lifecycle',
        title: 'Lifecycle',
        description: '',
        tier: 'isolate',
        limits: held,
        lifecycle: { start: 'lazy', idleStopMs: 0, instances: 1, ...options.lifecycle },
        features: { webAssembly: false, sharedArrayBuffer: false },
      },
      limits: held,
      reload: async () => {
        heard.reloads += 1
        return CODE
      },
      observer: {
        started: () => void (heard.started += 1),
        hibernated: () => void (heard.hibernated += 1),
      },
      ...options.spec,
    },
    port,
    new AbortController().signal,
  )
  return { sandbox, heard, [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose]() }
}

async function act(sandbox: Sandbox, args: object = {}, signal = new AbortController().signal): Promise<string> {
  const principal = { id: 'user:1', displayName: 'Ada' }
  const payload = JSON.stringify(args)
  const answer = await sandbox.invoke({ handler: 'tool', name: 'act', payload, requestId: 'r', principal, signal })
  const { content }: { content: { text: string }[] } = JSON.parse(answer)
  return content[0]?.text ?? ''
}

describe('lifecycle of a sandbox [H1] [H3]', () => {
  it('loads the code of a release that ran before with the first call only', async () => {
    await using opened = await open({ spec: { lazy: true } })
    const { sandbox, heard } = opened
    expect(sandbox.awake).toBe(0)
    expect(sandbox.registrations.tools).toEqual(['act'])
    expect(heard.started).toBe(0)
    expect(await Promise.all([act(sandbox), act(sandbox)])).toEqual(['1', '2'])
    expect(heard.started).toBe(1)
  })

  it('loads at once what never ran, what the profile wants eager, and what learns its tools at run time', async () => {
    for (const options of [
      {},
      { spec: { lazy: true }, lifecycle: { start: 'eager' as const } },
      { spec: { lazy: true }, kind: 'mcp-adapter' as const },
    ]) {
      await using opened = await open(options)
      const { sandbox, heard } = opened
      expect([sandbox.awake, heard.started]).toEqual([1, 1])
    }
  })

  it('hibernates when idle, forgets the code, and wakes with the next call', async () => {
    await using opened = await open({ lifecycle: { idleStopMs: 60 } })
    const { sandbox, heard } = opened
    expect(await act(sandbox)).toBe('1')
    await expect.poll(() => sandbox.awake, { timeout: 10_000 }).toBe(0)
    expect(await act(sandbox)).toBe('1')
    expect(heard).toMatchObject({ started: 2, reloads: 1 })
    expect(heard.hibernated).toBeGreaterThanOrEqual(1)
    expect(sandbox.usage().calls).toBe(2)
  })

  it('never unloads while a call runs', async () => {
    await using opened = await open({ lifecycle: { idleStopMs: 30 } })
    const { sandbox, heard } = opened
    expect(await act(sandbox, { sleepMs: 300 })).toBe('1')
    expect(heard.hibernated).toBe(0)
  })

  it('does not unload an adapter that learned its tools while running', async () => {
    await using opened = await open({ lifecycle: { idleStopMs: 20 }, kind: 'mcp-adapter' })
    const { sandbox, heard } = opened
    await act(sandbox)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect([sandbox.awake, heard.hibernated]).toEqual([1, 0])
  })

  it('adds instances up to the profile’s number when calls pile up', async () => {
    await using opened = await open({ lifecycle: { instances: 3 } })
    const { sandbox } = opened
    const calls: Promise<string>[] = []
    for (let index = 0; index < 24; index += 1) {
      calls.push(act(sandbox, { sleepMs: 400 }))
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    await expect.poll(() => sandbox.awake, { timeout: 10_000 }).toBeGreaterThan(1)
    await Promise.all(calls)
    expect(sandbox.awake).toBeLessThanOrEqual(3)
    expect(sandbox.usage().calls).toBe(24)
  })

  it('holds the limit on calls at once for all instances together', async () => {
    await using opened = await open({ lifecycle: { instances: 3 }, limits: { concurrentCalls: 2 } })
    const { sandbox } = opened
    const busy = [act(sandbox, { sleepMs: 200 }), act(sandbox, { sleepMs: 200 })]
    await expect(act(sandbox)).rejects.toMatchObject({ code: 'SANDBOX_BUSY', details: { limit: 'concurrentCalls' } })
    await Promise.all(busy)
  })

  it('brings a tenant back by itself when its cell died', async () => {
    await using opened = await open()
    const { sandbox, heard } = opened
    await act(sandbox)
    for (const pid of cells.cells()) process.kill(-pid, 'SIGKILL')
    await expect.poll(() => heard.started, { timeout: 10_000 }).toBe(2)
    expect(await act(sandbox)).toBe('1')
  })

  it('starts again with the call after a breach, and tells the end when breaches do not stop', async () => {
    await using opened = await open({ limits: { cpuMsPerCall: 50 } })
    const { sandbox } = opened
    const burn = async (): Promise<void> =>
      expect(act(sandbox, { burn: true })).rejects.toMatchObject({
        code: 'SANDBOX_CPU',
        details: { limit: 'cpuMsPerCall', value: 50 },
      })
    await burn()
    expect(await act(sandbox)).toBe('1')
    for (let turn = 0; turn < 3; turn += 1) await burn()
    expect(await sandbox.exited).toMatchObject({ code: 'SANDBOX_CPU' })
    await expect(act(sandbox)).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' })
  })

  it('tells the end of an adapter at once, whose upstreams went with it', async () => {
    await using opened = await open({ kind: 'mcp-adapter' })
    const { sandbox } = opened
    await expect(act(sandbox, { burn: true })).rejects.toMatchObject({ code: 'SANDBOX_CPU' })
    expect(await sandbox.exited).toMatchObject({ code: 'SANDBOX_CPU' })
  })

  it('lets a caller give up while the code is being loaded, without ending the start for others', async () => {
    await using opened = await open({ spec: { lazy: true } })
    const { sandbox } = opened
    const impatient = new AbortController()
    const lost = act(sandbox, {}, impatient.signal)
    const kept = act(sandbox)
    impatient.abort()
    await expect(lost).rejects.toMatchObject({ code: 'CALL_CANCELLED' })
    expect(await kept).toBe('1')
  })

  it('tells the caller when the code cannot be loaded, and tries again with the next call', async () => {
    let broken = true
    await using opened = await open({
      spec: {
        lazy: true,
        code: '',
        reload: async () => {
          if (broken) throw Object.assign(new Error('Expected the release on disk, found it changed.'), { code: 'X' })
          return CODE
        },
      },
    })
    const { sandbox } = opened
    await expect(act(sandbox)).rejects.toThrow('found it changed')
    broken = false
    expect(await act(sandbox)).toBe('1')
  })

  it('closes all instances and rejects what waits', async () => {
    const { sandbox } = await open()
    const waiting = act(sandbox, { sleepMs: 5_000 })
    waiting.catch(() => undefined)
    await sandbox[Symbol.asyncDispose]()
    await expect(waiting).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' })
    expect(await sandbox.exited).toMatchObject({ code: 'SANDBOX_CLOSED' })
    await expect(act(sandbox)).rejects.toMatchObject({ code: 'SANDBOX_CLOSED' })
  })
})
