import { PROBATION_MS, START_CONCURRENCY } from './limits.ts'
import { activationOrder } from './order.ts'
import { type PluginStatus, type PluginTable, createPluginTable, statusOf } from './plugin-table.ts'
import type { PluginEntry, PluginLoader, StateChange, StateReason, Swap } from './ports.ts'

export type { PluginStatus }

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
   * Changes a running plugin without a gap: the new side starts beside the old one, takes over when everything it offers
   * has answered, and is taken back by itself if it fails within the probation. Rejects with what is wrong when the new
   * side does not come up; the old one serves on then. A plugin that does not run is changed and started.
   */
  swap(swap: Swap): Promise<PluginStatus>
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

export interface KernelOptions {
  /** How long a new side is watched after a swap, milliseconds. */
  readonly probationMs?: number
}

export function createKernel(
  loader: PluginLoader,
  onChange: (change: StateChange) => void,
  { probationMs = PROBATION_MS }: KernelOptions = {},
): Kernel {
  const table = createPluginTable({ loader, onChange, probationMs })
  const { add, known } = table
  const plugins = table.all
  return {
    async boot(entries) {
      for (const group of activationOrder(entries))
        await inParallel(group.map(table.take), START_CONCURRENCY, (plugin) => plugin.start({ isBoot: true }))
    },
    add,
    restart: add,
    swap: (swap) => swapIn(table, swap),
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
      table.forget(installationId)
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
      table.close()
      const groups = activationOrder([...plugins.values()].map((plugin) => plugin.entry)).toReversed()
      for (const group of groups) await Promise.all(group.map((entry) => known(entry.installationId).stop()))
    },
  }
}

async function swapIn(table: PluginTable, swap: Swap): Promise<PluginStatus> {
  const plugin = table.all.get(swap.entry.installationId)
  if (plugin === undefined) {
    await swap.commit()
    const status = await table.add(swap.entry)
    await swap.finished('kept')
    return status
  }
  table.requireOpen()
  await plugin.swap(swap)
  return statusOf(plugin)
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
