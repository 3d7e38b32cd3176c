import type { PluginKind } from '@nexus/plugin-api'
import type { PluginEntry } from './ports.ts'

/** What decides starts before what it decides about; what shows starts last. */
const KIND_ORDER: Readonly<Record<PluginKind, number>> = {
  'policy-pack': 0,
  'auth-provider': 1,
  connector: 2,
  'mcp-adapter': 3,
  'ui-panel': 4,
}

/** Groups that start one after the other; within a group the order is by id and starts may overlap. */
export function activationOrder(entries: readonly PluginEntry[]): readonly (readonly PluginEntry[])[] {
  const groups = new Map<number, PluginEntry[]>()
  for (const entry of entries) {
    const group = KIND_ORDER[entry.kind]
    groups.set(group, [...(groups.get(group) ?? []), entry])
  }
  return [...groups.entries()]
    .toSorted(([left], [right]) => left - right)
    .map(([, group]) =>
      group.toSorted((left, right) =>
        compareText(left.pluginId + left.installationId, right.pluginId + right.installationId),
      ),
    )
}

/** Code-point order, the same on every machine. */
function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
