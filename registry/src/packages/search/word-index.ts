import { MAX_DOCUMENT_WORDS, MAX_QUERY_WORDS } from './limits.ts'
import { Vocabulary } from './vocabulary.ts'
import { wordsOf } from './words.ts'

/** Texts of a document, each with how much a word in it counts, 1 to 255. */
export type WeightedTexts = readonly (readonly [weight: number, text: string])[]

/** Which documents have a word, in the order in which they came, and how much it counts in each. */
interface Posting {
  documents: Uint32Array
  weights: Uint8Array
  length: number
}

/** How much less a word counts that only begins like the one asked for, or is only like it. */
const PREFIX_SHARE = 0.5
const SIMILAR_SHARE = 0.25
/** How much more a word counts that only one document has. */
const RAREST = 2
/** A weight takes the low bits of a number that also holds a document: 16 million documents fit. */
const WEIGHT_BITS = 8
const MAX_WEIGHT = 255

/**
 * An inverted index in typed arrays: thousands of hits cost microseconds and no objects. Documents have numbers that only
 * grow; one that changes gets a new number, and its old one is ignored by whoever asks.
 */
export class WordIndex {
  /** A word of one document is a number: most words are, and objects would be most of the index. */
  readonly #postings = new Map<string, Posting | number>()
  readonly #vocabulary = new Vocabulary()

  add(document: number, texts: WeightedTexts): void {
    const weights = new Map<string, number>()
    for (const [weight, text] of texts) {
      for (const word of wordsOf(text)) {
        if (weights.size < MAX_DOCUMENT_WORDS || weights.has(word))
          weights.set(word, Math.max(weight, weights.get(word) ?? 0))
      }
    }
    for (const [word, weight] of weights) this.#put(word, document, weight)
  }

  /**
   * Scores by document number for documents that have every word of the query, zero for all others; `undefined` for a
   * query without words, which everything matches.
   */
  search(query: string, size: number): Float32Array | undefined {
    const words = [...new Set(wordsOf(query))].slice(0, MAX_QUERY_WORDS)
    if (words.length === 0) return undefined
    const scores = new Float32Array(size)
    const matched = new Uint8Array(size)
    const best = new Float32Array(size)
    for (const [index, word] of words.entries()) {
      best.fill(0)
      this.#score(word, best)
      for (let document = 0; document < size; document += 1) {
        const score = best[document] ?? 0
        if (score === 0 || matched[document] !== index) continue
        matched[document] = index + 1
        scores[document] = (scores[document] ?? 0) + score
      }
    }
    for (let document = 0; document < size; document += 1) if (matched[document] !== words.length) scores[document] = 0
    return scores
  }

  /** Mistakes are forgiven only to words that nothing has: whoever types right gets what they typed. */
  #score(word: string, best: Float32Array): void {
    const exact = this.#raise(best, word, 1)
    const longer = this.#vocabulary.startingWith(word)
    for (const other of longer) this.#raise(best, other, PREFIX_SHARE)
    if (exact || longer.length > 0) return
    for (const other of this.#vocabulary.similarTo(word)) this.#raise(best, other, SIMILAR_SHARE)
  }

  #raise(best: Float32Array, word: string, share: number): boolean {
    const posting = this.#postings.get(word)
    if (typeof posting === 'number') raiseOne(best, posting >>> WEIGHT_BITS, (posting & MAX_WEIGHT) * share * RAREST)
    else if (posting !== undefined) raise(best, posting, share)
    return posting !== undefined
  }

  #put(word: string, document: number, weight: number): void {
    const known = this.#postings.get(word)
    if (known === undefined) {
      this.#postings.set(word, ((document << WEIGHT_BITS) | weight) >>> 0)
      this.#vocabulary.add(word)
      return
    }
    const posting = typeof known === 'number' ? open(known) : known
    if (posting !== known) this.#postings.set(word, posting)
    if (posting.length === posting.documents.length) grow(posting)
    posting.documents[posting.length] = document
    posting.weights[posting.length] = weight
    posting.length += 1
  }
}

function open(single: number): Posting {
  const posting = { documents: new Uint32Array(2), weights: new Uint8Array(2), length: 1 }
  posting.documents[0] = single >>> WEIGHT_BITS
  posting.weights[0] = single & MAX_WEIGHT
  return posting
}

function raise(best: Float32Array, { documents, weights, length }: Posting, share: number): void {
  // A word that is everywhere says little.
  const rarity = share * (1 + 1 / Math.log2(1 + length))
  for (let index = 0; index < length; index += 1) {
    raiseOne(best, documents[index] ?? 0, (weights[index] ?? 0) * rarity)
  }
}

function raiseOne(best: Float32Array, document: number, score: number): void {
  if (score > (best[document] ?? 0)) best[document] = score
}

function grow(posting: Posting): void {
  const capacity = posting.documents.length * 2
  const documents = new Uint32Array(capacity)
  const weights = new Uint8Array(capacity)
  documents.set(posting.documents)
  weights.set(posting.weights)
  posting.documents = documents
  posting.weights = weights
}
