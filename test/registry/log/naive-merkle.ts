import { createHash } from 'node:crypto'

/** RFC 6962, section 2.1, word for word: slow, recursive, and written without looking at ours. */
const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** MTH(D[n]). */
export function naiveRoot(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0] ?? '')
  const split = splitOf(leaves.length)
  return sha256(Buffer.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)))
}

/** PATH(m, D[n]). */
export function naivePath(at: number, leaves: readonly string[]): readonly Buffer[] {
  if (leaves.length === 1) return []
  const split = splitOf(leaves.length)
  return at < split
    ? [...naivePath(at, leaves.slice(0, split)), naiveRoot(leaves.slice(split))]
    : [...naivePath(at - split, leaves.slice(split)), naiveRoot(leaves.slice(0, split))]
}

/** PROOF(m, D[n]) for 0 < m <= n. */
export function naiveConsistency(first: number, leaves: readonly string[], isWhole = true): readonly Buffer[] {
  if (first === leaves.length) return isWhole ? [] : [naiveRoot(leaves)]
  const split = splitOf(leaves.length)
  return first <= split
    ? [...naiveConsistency(first, leaves.slice(0, split), isWhole), naiveRoot(leaves.slice(split))]
    : [...naiveConsistency(first - split, leaves.slice(split), false), naiveRoot(leaves.slice(0, split))]
}

/** The largest power of two smaller than `size`. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}
