import { type Frontier, growFrontier, rootOf } from './merkle.ts'
import { type LeafRange, consistencyRanges, inclusionRanges, subtreesOf } from './proof-ranges.ts'

/** A whole tree in memory: 64 bytes for each leaf. For those who have the whole log. */
export interface LogTree {
  readonly size: number
  add(leaf: Buffer): void
  root(): Buffer
  /** Proofs as RFC 6962 defines them, for sizes up to the tree's. */
  inclusion(index: number, size: number): readonly Buffer[]
  consistency(from: number, to: number): readonly Buffer[]
}

export function createLogTree(): LogTree {
  const completed: (readonly Buffer[])[] = []
  let frontier: Frontier = []
  const hashRange = (range: LeafRange): Buffer =>
    rootOf(
      subtreesOf(range).map(({ level, place }) => {
        const node = completed[(place + 1) * 2 ** level - 1]?.[level]
        if (node === undefined) throw new RangeError('Expected a range within the tree.')
        return node
      }),
    )
  return {
    get size() {
      return completed.length
    },
    add(leaf) {
      const grown = growFrontier(frontier, completed.length, leaf)
      frontier = grown.frontier
      completed.push(grown.completed)
    },
    root: () => rootOf(frontier),
    inclusion: (index, size) => inclusionRanges(index, size).map(hashRange),
    consistency: (from, to) => consistencyRanges(from, to).map(hashRange),
  }
}
