import { describe, expect, it } from 'vitest'
import type { PluginKind } from '@nexus/plugin-api'
import { NexusError } from '@nexus/plugin-api'
import { createKernel } from '../../../runtime/src/kernel/kernel.ts'
import { CrashHistory } from '../../../runtime/src/kernel/crash-history.ts'
import { activationOrder } from '../../../runtime/src/kernel/order.ts'
import type {
  Activation,
  PluginEntry,
  PluginLoader,
  StateChange,
  StateReason,
} from '../../../runtime/src/kernel/ports.ts'
import { PLUGIN_STATES, canFollow } from '../../../runtime/src/kernel/states.ts'

function entry(name: string, kind: PluginKind = 'connector', quarantine?: string): PluginEntry {
  return { installationId: name, workspaceId: 'w', pluginId: `acme/${name}`, version: '1.0.0', kind, quarantine }
}

/** A loader of real promises: each plugin starts, and can be made to crash or to hang. */
function createLoader() {
  const events: string[] = []
  const crash = new Map<string, (reason: StateReason) => void>()
  const failing = new Map<string, Error>()
  const hanging = new Set<string>()
  const quarantined: string[] = []
  const loader: PluginLoader = {
    async verify(plugin) {
      const failure = failing.get(`verify ${plugin.installationId}`)
      if (failure !== undefined) throw failure
      return undefined
    },
    async grant(plugin) {
      const failure = failing.get(`grant ${plugin.installationId}`)
      if (failure !== undefined) throw failure
      return undefined
    },
    async activate(plugin, _granted, signal): Promise<Activation> {
      const failure = failing.get(`activate ${plugin.installationId}`)
      if (failure !== undefined) throw failure
      if (hanging.has(plugin.installationId))
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      events.push(`start ${plugin.installationId}`)
      const { promise, resolve } = Promise.withResolvers<StateReason>()
      crash.set(plugin.installationId, resolve)
      return {
        crashed: promise,
        ready: () => Promise.resolve(),
        plug: () => undefined,
        hold: () => ({ [Symbol.dispose]: () => undefined }),
        health: () => ({ calls: 0, failures: 0, deaths: 0 }),
        async drain() {
          events.push(`drain ${plugin.installationId}`)
        },
        async [Symbol.asyncDispose]() {
          events.push(`close ${plugin.installationId}`)
        },
      }
    },
    async quarantine(plugin) {
      quarantined.push(plugin.installationId)
    },
  }
  return { loader, events, crash, failing, hanging, quarantined }
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !condition(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(condition()).toBe(true)
}

describe('kernel [H1]', () => {
  it('goes through the states in order and shows each', async () => {
    const { loader } = createLoader()
    const changes: StateChange[] = []
    await using kernel = createKernel(loader, (change) => changes.push(change))
    await kernel.add(entry('a'))
    expect(changes.map((change) => change.state)).toEqual(['verified', 'granted', 'starting', 'active'])
    await kernel.stop('a')
    expect(changes.slice(4).map((change) => change.state)).toEqual(['draining', 'stopped'])
  })

  it('starts policy packs before what they decide about and stops in reverse', async () => {
    const { loader, events } = createLoader()
    const kernel = createKernel(loader, () => undefined)
    await kernel.boot([entry('adapter', 'mcp-adapter'), entry('policy', 'policy-pack'), entry('tool', 'connector')])
    expect(events).toEqual(['start policy', 'start tool', 'start adapter'])
    await kernel[Symbol.asyncDispose]()
    expect(events.filter((event) => event.startsWith('close'))).toEqual(['close adapter', 'close tool', 'close policy'])
  })

  it('leaves the neighbours alone when a plugin cannot start', async () => {
    const { loader, failing } = createLoader()
    failing.set('activate bad', new NexusError('SANDBOX_TIMEOUT', 'Expected activate to return.'))
    await using kernel = createKernel(loader, () => undefined)
    await kernel.boot([entry('bad'), entry('good')])
    expect(kernel.status('good')?.state).toBe('active')
    expect(kernel.status('bad')).toMatchObject({ state: 'failed', reason: { code: 'SANDBOX_TIMEOUT' } })
  })

  it('holds a plugin whose grants do not cover what it asks, and does not retry it', async () => {
    const { loader, failing, events } = createLoader()
    failing.set('grant a', new NexusError('GRANT_MISSING', 'Expected a grant for network.'))
    await using kernel = createKernel(loader, () => undefined)
    const status = await kernel.add(entry('a'))
    expect(status).toMatchObject({ state: 'held', reason: { code: 'GRANT_MISSING' } })
    expect(events).toEqual([])
  })

  it('starts a crashed plugin again after a wait', async () => {
    const { loader, crash, events } = createLoader()
    await using kernel = createKernel(loader, () => undefined)
    await kernel.add(entry('a'))
    crash.get('a')?.({ code: 'SANDBOX_CRASHED', message: 'gone' })
    await until(() => kernel.status('a')?.state === 'failed')
    await until(() => kernel.status('a')?.state === 'active')
    expect(events).toEqual(['start a', 'close a', 'start a'])
  })

  it('does not start what is in quarantine', async () => {
    const { loader, events } = createLoader()
    await using kernel = createKernel(loader, () => undefined)
    const status = await kernel.add(entry('a', 'connector', 'crash loop'))
    expect(status.state).toBe('quarantined')
    expect(events).toEqual([])
  })

  it('puts a running plugin into quarantine at once, without draining, and keeps the decision', async () => {
    const { loader, events, quarantined } = createLoader()
    await using kernel = createKernel(loader, () => undefined)
    await kernel.add(entry('a'))
    const status = await kernel.quarantine('a', { code: 'PLUGIN_BREACHES', message: 'Ten breaches in a minute.' })
    expect(status).toMatchObject({ state: 'quarantined', reason: { code: 'PLUGIN_BREACHES' } })
    expect(events).toEqual(['start a', 'close a'])
    expect(quarantined).toEqual(['a'])
  })

  it('ends the start under way of what is put into quarantine', async () => {
    const { loader, hanging, quarantined } = createLoader()
    hanging.add('a')
    await using kernel = createKernel(loader, () => undefined)
    const starting = kernel.add(entry('a'))
    await until(() => kernel.status('a')?.state === 'starting')
    await kernel.quarantine('a', { code: 'PLUGIN_BREACHES', message: 'Breaches at start.' })
    await starting
    expect(kernel.status('a')?.state).toBe('quarantined')
    expect(quarantined).toEqual(['a'])
  })

  it('puts what was revoked into quarantine at its next start, without trying again', async () => {
    const { loader, events, failing, quarantined } = createLoader()
    failing.set('verify a', new NexusError('RELEASE_REVOKED', 'Revoked.'))
    await using kernel = createKernel(loader, () => undefined)
    const reason = { code: 'RELEASE_REVOKED', message: 'Revoked.' }
    expect(await kernel.add(entry('a'))).toMatchObject({ state: 'quarantined', reason })
    expect(await kernel.release('a')).toMatchObject({ state: 'quarantined', reason })
    expect(events).toEqual([])
    expect(quarantined).toEqual(['a', 'a'])
  })

  it('starts what is released from quarantine, and leaves alone what is not in quarantine', async () => {
    const { loader, events } = createLoader()
    await using kernel = createKernel(loader, () => undefined)
    await kernel.add(entry('a', 'connector', 'crash loop'))
    expect((await kernel.release('a')).state).toBe('active')
    expect((await kernel.release('a')).state).toBe('active')
    expect(events).toEqual(['start a'])
  })

  it('stays in quarantine when the decision cannot be written', async () => {
    const { loader } = createLoader()
    const broken: PluginLoader = { ...loader, quarantine: () => Promise.reject(new Error('disk full')) }
    await using kernel = createKernel(broken, () => undefined)
    await kernel.add(entry('a'))
    expect((await kernel.quarantine('a', { code: 'X', message: 'y' })).state).toBe('quarantined')
  })

  it('ends a start that hangs when it is told to stop', async () => {
    const { loader, hanging } = createLoader()
    hanging.add('a')
    await using kernel = createKernel(loader, () => undefined)
    const starting = kernel.add(entry('a'))
    await until(() => kernel.status('a')?.state === 'starting')
    await kernel.stop('a')
    expect((await starting).state).toBe('stopped')
  })

  it('refuses new plugins while it shuts down', async () => {
    const { loader } = createLoader()
    const kernel = createKernel(loader, () => undefined)
    await kernel[Symbol.asyncDispose]()
    await expect(kernel.add(entry('a'))).rejects.toMatchObject({ code: 'KERNEL_CLOSED' })
  })

  it('reports how long each start took', async () => {
    const { loader } = createLoader()
    await using kernel = createKernel(loader, () => undefined)
    await kernel.add(entry('a'))
    expect(kernel.list()[0]?.startMs).toBeGreaterThan(0)
  })
})

describe('crash history [H1]', () => {
  it('doubles the wait and gives up at the fifth crash within the window', () => {
    const history = new CrashHistory()
    const middle = () => 0.5
    expect([0, 1, 2, 3].map((at) => history.record(at, middle))).toEqual([
      { retryAfterMs: 500 },
      { retryAfterMs: 1000 },
      { retryAfterMs: 2000 },
      { retryAfterMs: 4000 },
    ])
    expect(history.record(4, middle)).toBe('quarantine')
  })

  it('forgets crashes older than the window', () => {
    const history = new CrashHistory()
    for (const at of [0, 1, 2, 3]) history.record(at)
    expect(history.record(11 * 60_000, () => 0.5)).toEqual({ retryAfterMs: 500 })
  })
})

describe('states [H1]', () => {
  it('never lets a plugin run without having been verified and granted', () => {
    for (const from of PLUGIN_STATES) {
      if (from !== 'starting') expect(canFollow(from, 'active')).toBe(false)
      if (from !== 'granted') expect(canFollow(from, 'starting')).toBe(false)
      if (from !== 'verified') expect(canFollow(from, 'granted')).toBe(false)
    }
  })

  it('orders by kind, then by id', () => {
    const order = activationOrder([entry('b'), entry('a'), entry('z', 'policy-pack')])
    expect(order.map((group) => group.map((plugin) => plugin.installationId))).toEqual([['z'], ['a', 'b']])
  })
})
