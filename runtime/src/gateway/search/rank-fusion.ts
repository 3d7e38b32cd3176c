import type { Exposed } from '../router/view.ts'

/** Flattens the lead of first places (Cormack, Clarke and Büttcher, 2009). */
const K = 60

/** One order from several: a tool's worth is the sum of 1 / (60 + place) over those that have it. */
export function fuseRanks(orders: readonly (readonly Exposed[])[]): readonly Exposed[] {
  const worth = new Map<Exposed, number>()
  for (const order of orders) {
    for (const [place, tool] of order.entries()) worth.set(tool, (worth.get(tool) ?? 0) + 1 / (K + place + 1))
  }
  return [...worth].toSorted(([, left], [, right]) => right - left).map(([tool]) => tool)
}
