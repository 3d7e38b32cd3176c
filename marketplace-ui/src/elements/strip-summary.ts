import type { CapabilityStripView } from '@nexus/runtime/contract'

/** The nine families in the order in which they are shown everywhere. */
export const FAMILIES = [
  'network',
  'files',
  'secrets',
  'tools',
  'processes',
  'panels',
  'events',
  'schedules',
  'client',
] as const

export type Family = (typeof FAMILIES)[number]
export type Reach = CapabilityStripView[Family]

/** Which families a plugin asks for at all, and which of them without bounds. */
export function summarizeStrip(strip: CapabilityStripView): { asked: readonly Family[]; broad: readonly Family[] } {
  return {
    asked: FAMILIES.filter((family) => strip[family] !== 'none'),
    broad: FAMILIES.filter((family) => strip[family] === 'broad'),
  }
}

const order: readonly Reach[] = ['none', 'scoped', 'broad']

/** The strip of several plugins together: the furthest reach of each family. */
export function mergeStrips(strips: readonly CapabilityStripView[]): CapabilityStripView {
  const furthest = (family: Family): Reach =>
    strips.map((strip) => strip[family]).reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), 'none')
  return {
    network: furthest('network'),
    files: furthest('files'),
    secrets: furthest('secrets'),
    tools: furthest('tools'),
    processes: furthest('processes'),
    panels: furthest('panels'),
    events: furthest('events'),
    schedules: furthest('schedules'),
    client: furthest('client'),
  }
}

/** The strip that a list of permissions makes. */
export function stripOf(
  permissions: readonly { readonly family: Family; readonly reach: Reach }[],
): CapabilityStripView {
  const empty = mergeStrips([])
  return mergeStrips(permissions.map(({ family, reach }) => ({ ...empty, [family]: reach })))
}
