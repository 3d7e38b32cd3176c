import type { ConsistencyProof, InclusionProof } from '../contract/log.ts'
import type { LogStore } from './log-store.ts'
import { isOneOf } from '../store/query.ts'
import { logEntries } from '../store/rows/log-rows.ts'
import { HASH_HEX } from './limits.ts'
import { rootOf } from './merkle.ts'
import { type LeafRange, type Subtree, consistencyRanges, inclusionRanges, subtreesOf } from './proof-ranges.ts'

/** Proves that leaf `index` is in the tree of `size` leaves. Both must be within the log. */
export async function proveInclusion(
  store: LogStore,
  index: number,
  size: number,
  checkpoint: string,
): Promise<InclusionProof> {
  return { index, size, hashes: await hashRanges(store, inclusionRanges(index, size)), checkpoint }
}

/** Proves that the tree of `from` leaves is the beginning of the tree of `to` leaves. Both must be within the log. */
export async function proveConsistency(store: LogStore, from: number, to: number): Promise<ConsistencyProof> {
  return { from, to, hashes: await hashRanges(store, consistencyRanges(from, to)) }
}

async function hashRanges(store: LogStore, ranges: readonly LeafRange[]): Promise<string[]> {
  const subtrees = ranges.map(subtreesOf)
  const nodes = await readNodes(store, subtrees.flat())
  return subtrees.map((parts) => rootOf(parts.map((part) => hashOf(part, nodes))).toString('hex'))
}

/** A subtree's hash is kept with the leaf that completed it. */
function completedBy({ level, place }: Subtree): number {
  return (place + 1) * 2 ** level - 1
}

function hashOf(subtree: Subtree, nodes: ReadonlyMap<number, string>): Buffer {
  const hex = nodes.get(completedBy(subtree))?.slice(subtree.level * HASH_HEX, (subtree.level + 1) * HASH_HEX)
  if (hex?.length !== HASH_HEX) throw new TypeError('Expected the log to hold every subtree of its trees.')
  return Buffer.from(hex, 'hex')
}

async function readNodes(store: LogStore, subtrees: readonly Subtree[]): Promise<ReadonlyMap<number, string>> {
  const indexes = [...new Set(subtrees.map(completedBy))]
  if (indexes.length === 0) return new Map()
  const rows = await store.database
    .getRepository(logEntries)
    .find({ where: { leafIndex: isOneOf(indexes) }, select: { leafIndex: true, nodes: true } })
  return new Map(rows.map(({ leafIndex, nodes }) => [leafIndex, nodes]))
}
