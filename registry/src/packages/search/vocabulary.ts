import { editDistance } from './edit-distance.ts'
import { MAX_EXPANSIONS, PREFIX_FROM, TWO_TYPOS_FROM, TYPO_FROM } from './limits.ts'

/** All words of an index, found by their beginning and by almost being typed right. */
export class Vocabulary {
  /** Sorted, so that words with one beginning are neighbours; brought up to date when it is needed. */
  #sorted: string[] = []
  #added: string[] = []

  add(word: string): void {
    this.#added.push(word)
  }

  /** Words that begin with this one, shortest first, itself not among them. */
  startingWith(prefix: string): readonly string[] {
    if (prefix.length < PREFIX_FROM) return []
    const words = this.#upToDate()
    const found: string[] = []
    for (let index = lowerBound(words, prefix); found.length < MAX_EXPANSIONS; index += 1) {
      const word = words[index]
      if (word === undefined || !word.startsWith(prefix)) break
      if (word !== prefix) found.push(word)
    }
    return found.toSorted((left, right) => left.length - right.length)
  }

  /** Words that somebody may have meant who typed this one: the same first letter, few mistakes. */
  similarTo(word: string): readonly string[] {
    const limit = word.length < TYPO_FROM ? 0 : word.length < TWO_TYPOS_FROM ? 1 : 2
    if (limit === 0) return []
    const words = this.#upToDate()
    const first = word.slice(0, 1)
    const found: string[] = []
    for (let index = lowerBound(words, first); index < words.length && found.length < MAX_EXPANSIONS; index += 1) {
      const candidate = words[index] ?? ''
      if (!candidate.startsWith(first)) break
      if (Math.abs(candidate.length - word.length) <= limit && editDistance(word, candidate, limit) <= limit) {
        found.push(candidate)
      }
    }
    return found
  }

  #upToDate(): readonly string[] {
    if (this.#added.length > 0) {
      const added = this.#added.toSorted()
      this.#sorted = this.#sorted.length === 0 ? added : merge(this.#sorted, added)
      this.#added = []
    }
    return this.#sorted
  }
}

function lowerBound(words: readonly string[], wanted: string): number {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((words[middle] ?? '') < wanted) low = middle + 1
    else high = middle
  }
  return low
}

function merge(left: readonly string[], right: readonly string[]): string[] {
  const merged: string[] = []
  let at = 0
  for (const word of right) {
    for (let next = left[at]; next !== undefined && next < word; next = left[at]) {
      merged.push(next)
      at += 1
    }
    merged.push(word)
  }
  for (; at < left.length; at += 1) merged.push(left[at] ?? '')
  return merged
}
