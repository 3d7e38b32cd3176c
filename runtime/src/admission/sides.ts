import type { SandboxUsage } from '../sandbox/sandbox.ts'
import type { ActivePlugin } from './activate-plugin.ts'

/** The started sides of all installations: two of one while it is swapped, else one. */
export interface Sides {
  remember(installationId: string, plugin: ActivePlugin): void
  /** Plugs it in; the side that served before is plugged in again when that fails. */
  plug(installationId: string, plugin: ActivePlugin): void
  /** The side that was plugged in last. */
  serving(installationId: string): ActivePlugin | undefined
  /** What the installation used since the host started. */
  usage(installationId: string): SandboxUsage | undefined
}

const NO_USAGE: SandboxUsage = { calls: 0, errors: 0, cpuMicroseconds: 0, heapBytes: 0, capabilityCalls: 0 }

export function createSides(): Sides {
  const sides = new Map<string, Set<ActivePlugin>>()
  const serving = new Map<string, ActivePlugin>()
  // What earlier sandboxes used.
  const past = new Map<string, SandboxUsage>()
  return {
    remember(installationId, plugin) {
      sides.set(installationId, (sides.get(installationId) ?? new Set()).add(plugin))
      void plugin.sandbox.exited.then(() => {
        past.set(installationId, addUsage(past.get(installationId) ?? NO_USAGE, plugin.sandbox.usage()))
        const left = sides.get(installationId)
        left?.delete(plugin)
        if (left?.size === 0) sides.delete(installationId)
        if (serving.get(installationId) === plugin) serving.delete(installationId)
      })
    },
    plug(installationId, plugin) {
      try {
        plugin.plug()
      } catch (error) {
        serving.get(installationId)?.plug()
        throw error
      }
      serving.set(installationId, plugin)
    },
    serving: (installationId) => serving.get(installationId),
    usage(installationId) {
      const readings = [...(sides.get(installationId) ?? [])].map(({ sandbox }) => sandbox.usage())
      return [past.get(installationId), ...readings]
        .filter((reading) => reading !== undefined)
        .reduce<SandboxUsage | undefined>((sum, next) => (sum === undefined ? next : addUsage(sum, next)), undefined)
    },
  }
}

function addUsage(left: SandboxUsage, right: SandboxUsage): SandboxUsage {
  return {
    calls: left.calls + right.calls,
    errors: left.errors + right.errors,
    cpuMicroseconds: left.cpuMicroseconds + right.cpuMicroseconds,
    heapBytes: right.heapBytes,
    capabilityCalls: left.capabilityCalls + right.capabilityCalls,
  }
}
