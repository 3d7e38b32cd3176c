import { hashNode } from './merkle.ts'

/** Does `hashes` lead from the leaf to the root? Source: RFC 9162, section 2.1.3.2. */
export function isIncluded(
  leaf: Buffer,
  place: { readonly index: number; readonly size: number },
  hashes: readonly Buffer[],
  root: Buffer,
): boolean {
  let { index } = place
  let last = place.size - 1
  if (index < 0 || index > last) return false
  let node = leaf
  for (const hash of hashes) {
    if (last === 0) return false
    if (index % 2 === 1 || index === last) {
      node = hashNode(hash, node)
      while (index % 2 === 0 && index !== 0) {
        index = half(index)
        last = half(last)
      }
    } else {
      node = hashNode(node, hash)
    }
    index = half(index)
    last = half(last)
  }
  return last === 0 && node.equals(root)
}

/** A tree's size and root. */
export interface TreeHead {
  readonly size: number
  readonly root: Buffer
}

/** Is the older tree the beginning of the newer one? Source: RFC 9162, section 2.1.4.2. */
export function isConsistent(older: TreeHead, newer: TreeHead, hashes: readonly Buffer[]): boolean {
  if (older.size > newer.size) return false
  if (older.size === newer.size) return hashes.length === 0 && older.root.equals(newer.root)
  if (older.size === 0) return hashes.length === 0
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...hashes] : hashes
  if (first === undefined) return false
  let index = older.size - 1
  let last = newer.size - 1
  while (index % 2 === 1) {
    index = half(index)
    last = half(last)
  }
  let old = first
  let young = first
  for (const hash of rest) {
    if (last === 0) return false
    if (index % 2 === 1 || index === last) {
      old = hashNode(hash, old)
      young = hashNode(hash, young)
      while (index % 2 === 0 && index !== 0) {
        index = half(index)
        last = half(last)
      }
    } else {
      young = hashNode(young, hash)
    }
    index = half(index)
    last = half(last)
  }
  return last === 0 && old.equals(older.root) && young.equals(newer.root)
}

// Not `>> 1`: a log may be longer than 32 bits.
function half(value: number): number {
  return Math.floor(value / 2)
}

function isPowerOfTwo(value: number): boolean {
  return 2 ** Math.round(Math.log2(value)) === value
}
