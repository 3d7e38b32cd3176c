import { kernelError } from './errors.ts'
import { START_CONCURRENCY } from './limits.ts'
import { activationOrder } from './order.ts'
import { Plugin } from './plugin.ts'
import type { PluginEntry, PluginLoader, StateChange, StateReason } from './ports.ts'
import type { PluginState } from './states.ts'

/** A plugin as people see it. */
export interface PluginStatus {
  readonly entry: PluginEntry
  readonly state: PluginState
  readonly reason: StateReason | undefined
  /** Milliseconds its last start took. */
  readonly startMs: number
}

/** Loads, orders, starts and stops plugins. Knows nothing of files, sandboxes or protocols: the loader does. */
export interface Kernel extends AsyncDisposable {
  /** Starts what is installed, in activation order. Never rejects: each plugin's state says how it went. */
  boot(entries: readonly PluginEntry[]): Promise<void>
  /** Takes an installation in and starts it; an earlier one of the same id is stopped first. */
  add(entry: PluginEntry): Promise<PluginStatus>
  /** Stops and forgets. Resolves when nothing of it runs any more. */
  remove(installationId: string): Promise<void>
  /** Stops but keeps it listed. */
  stop(installationId: string): Promise<PluginStatus>
  /** Starts again, with past crashes forgiven. */
  restart(entry: PluginEntry): Promise<PluginStatus>
  /**
   * Stops at once, without waiting for calls in flight, and keeps it from starting until `release`; survives a restart
   * of the host. `reason` is shown to people.
   */
  quarantine(installationId: string, reason: StateReason): Promise<PluginStatus>
  /** Ends a quarantine: starts it again, with past crashes forgiven. Nothing for a plugin that is not in quarantine. */
  release(installationId: string): Promise<PluginStatus>
  status(installationId: string): PluginStatus | undefined
  /** All plugins in the order in which they were taken in: the boot tree. */
  list(): readonly PluginStatus[]
}

export function createKernel(loader: PluginLoader, onChange: (change: StateChange) => void): Kernel {
  const plugins = new Map<string, Plugin>()
  let closed = false

  const take = (entry: PluginEntry): Plugin => {
    if (closed) throw kernelError('KERNEL_CLOSED', 'Expected a running host, found one that is shutting down.')
    const plugin = new Plugin(entry, loader, onChange)
    plugins.set(entry.installationId, plugin)
    return plugin
  }

  const known = (installationId: string): Plugin => {
    const plugin = plugins.get(installationId)
    if (plugin === undefined)
      throw kernelError('KERNEL_UNKNOWN_PLUGIN', `Expected an installation of this host, found no ${installationId}.`)
    return plugin
  }

  const add = async (entry: PluginEntry): Promise<PluginStatus> => {
    await plugins.get(entry.installationId)?.stop()
    const plugin = take(entry)
    await plugin.start()
    return statusOf(plugin)
  }

  return {
    async boot(entries) {
      for (const group of activationOrder(entries))
        await inParallel(group.map(take), START_CONCURRENCY, (plugin) => plugin.start())
    },
    add,
    restart: add,
    async quarantine(installationId, reason) {
      const plugin = known(installationId)
      await plugin.quarantine(reason)
      return statusOf(plugin)
    },
    async release(installationId) {
      const plugin = known(installationId)
      if (plugin.state !== 'quarantined') return statusOf(plugin)
      return await add({ ...plugin.entry, quarantine: undefined })
    },
    async remove(installationId) {
      const plugin = known(installationId)
      await plugin.stop()
      plugins.delete(installationId)
    },
    async stop(installationId) {
      const plugin = known(installationId)
      await plugin.stop()
      return statusOf(plugin)
    },
    status: (installationId) => {
      const plugin = plugins.get(installationId)
      return plugin === undefined ? undefined : statusOf(plugin)
    },
    list: () => [...plugins.values()].map(statusOf),
    async [Symbol.asyncDispose]() {
      closed = true
      const groups = activationOrder([...plugins.values()].map((plugin) => plugin.entry)).toReversed()
      for (const group of groups) await Promise.all(group.map((entry) => known(entry.installationId).stop()))
    },
  }
}

function statusOf(plugin: Plugin): PluginStatus {
  return { entry: plugin.entry, state: plugin.state, reason: plugin.reason, startMs: plugin.startMs }
}

async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items]
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
