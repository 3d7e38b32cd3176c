import { kernelError } from './errors.ts'
import { Plugin, type PluginOptions } from './plugin.ts'
import type { PluginEntry, StateReason, SwapStatus } from './ports.ts'
import type { PluginState } from './states.ts'

/** A plugin as people see it. */
export interface PluginStatus {
  readonly entry: PluginEntry
  readonly state: PluginState
  readonly reason: StateReason | undefined
  /** Milliseconds its last start took. */
  readonly startMs: number
  /** Where its last swap stands; `undefined` when there was none since the host started. */
  readonly swap: SwapStatus | undefined
}

/** The plugins that the kernel has taken in, oldest first. */
export interface PluginTable {
  readonly all: ReadonlyMap<string, Plugin>
  /** Takes one in without starting it. */
  take(entry: PluginEntry): Plugin
  /** Takes one in and starts it; an earlier one of the same id is stopped first. */
  add(entry: PluginEntry): Promise<PluginStatus>
  known(installationId: string): Plugin
  forget(installationId: string): void
  /** From now on nothing is taken in. */
  close(): void
  requireOpen(): void
}

export function createPluginTable(options: PluginOptions): PluginTable {
  const all = new Map<string, Plugin>()
  let closed = false
  const requireOpen = (): void => {
    if (closed) throw kernelError('KERNEL_CLOSED', 'Expected a running host, found one that is shutting down.')
  }
  const take = (entry: PluginEntry): Plugin => {
    requireOpen()
    const plugin = new Plugin(entry, options)
    all.set(entry.installationId, plugin)
    return plugin
  }
  return {
    all,
    take,
    async add(entry) {
      await all.get(entry.installationId)?.stop()
      const plugin = take(entry)
      await plugin.start()
      return statusOf(plugin)
    },
    known(installationId) {
      const plugin = all.get(installationId)
      if (plugin !== undefined) return plugin
      throw kernelError('KERNEL_UNKNOWN_PLUGIN', `Expected an installation of this host, found no ${installationId}.`)
    },
    forget: (installationId) => void all.delete(installationId),
    close: () => {
      closed = true
    },
    requireOpen,
  }
}

export function statusOf(plugin: Plugin): PluginStatus {
  const { entry, state, reason, startMs, swapStatus } = plugin
  return { entry, state, reason, startMs, swap: swapStatus }
}
