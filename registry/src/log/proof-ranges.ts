/** Leaves `start` up to, not including, `end`. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** The complete subtree of `2 ** level` leaves that begins at leaf `place * 2 ** level`. */
export interface Subtree {
  readonly level: number
  readonly place: number
}

/** The largest power of two that is smaller than `size`, for a size of two or more. */
function splitOf(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1))
}

/** The ranges whose roots lead from leaf `index` to the root of a tree of `size` leaves, from below (RFC 6962, 2.1.1). */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  const ranges: LeafRange[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.toReversed()
}

/** The ranges whose roots show that a tree of `from` leaves is the beginning of one of `to` leaves (RFC 6962, 2.1.2). */
export function consistencyRanges(from: number, to: number): readonly LeafRange[] {
  if (from === 0 || from === to) return []
  const ranges: LeafRange[] = []
  let start = 0
  let end = to
  while (end !== from) {
    const middle = start + splitOf(end - start)
    if (from <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  // The verifier knows the old root: when the old tree is itself a subtree of the new one, nothing else is needed.
  if (start !== 0) ranges.push({ start, end })
  return ranges.toReversed()
}

/** The complete subtrees of a range, the largest first. The range begins where a subtree as large as it begins. */
export function subtreesOf({ start, end }: LeafRange): readonly Subtree[] {
  const subtrees: Subtree[] = []
  let at = start
  while (at < end) {
    const level = Math.floor(Math.log2(end - at))
    subtrees.push({ level, place: at / 2 ** level })
    at += 2 ** level
  }
  return subtrees
}
