import { createHash } from 'node:crypto'

/** Hashes of RFC 6962, section 2.1: leaves and inner nodes can never be mistaken for each other. */
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

export function hashLeaf(body: Uint8Array | string): Buffer {
  return createHash('sha256').update(LEAF).update(body).digest()
}

export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest()
}

/** The roots of the complete subtrees that a tree consists of, the largest first: one for each bit of its size. */
export type Frontier = readonly Buffer[]

/** Adds a leaf. `completed` are the subtrees that it completes, from the leaf itself upwards. */
export function growFrontier(
  frontier: Frontier,
  size: number,
  leaf: Buffer,
): { readonly frontier: Frontier; readonly completed: readonly Buffer[] } {
  const open = [...frontier]
  const completed = [leaf]
  let node = leaf
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = open.pop()
    if (left === undefined) throw new TypeError('Expected one subtree for each bit of the size.')
    node = hashNode(left, node)
    completed.push(node)
  }
  return { frontier: [...open, node], completed }
}

/** The root of neighbouring subtrees, the largest first. Of none: the hash of nothing, as RFC 6962 has it. */
export function rootOf(subtrees: readonly Buffer[]): Buffer {
  const last = subtrees.at(-1)
  if (last === undefined) return createHash('sha256').digest()
  return subtrees.slice(0, -1).reduceRight((right, left) => hashNode(left, right), last)
}
