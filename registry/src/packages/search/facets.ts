import { Codes, Column } from './columns.ts'

/** What can be filtered by. */
export type Facet = 'kind' | 'publisher' | 'permission' | 'trust'

/** Values of one document; none, one or several for each facet. */
export type FacetValues = Readonly<Record<Facet, readonly string[]>>

/** The value that is asked for, by facet. */
export type FacetFilter = Readonly<Partial<Record<Facet, string | undefined>>>

/** How many documents have each value. */
export type FacetCounts = Readonly<Record<Facet, Readonly<Record<string, number>>>>

export const FACETS = ['kind', 'publisher', 'permission', 'trust'] as const satisfies readonly Facet[]
/** Facets of which a document can have several values: a bit each. */
const MANY: ReadonlySet<Facet> = new Set(['permission', 'trust'])
const NONE = -1

/** Filters and counts by facet, with a number for each document and facet. */
export class Facets {
  readonly #codes: Readonly<Record<Facet, Codes>> = byFacet(() => new Codes())
  readonly #columns: Readonly<Record<Facet, Column>> = byFacet(() => new Column())

  put(document: number, values: FacetValues): void {
    for (const facet of FACETS) {
      const codes = values[facet].map((value) => this.#codes[facet].of(value))
      const value = MANY.has(facet) ? codes.reduce((mask, code) => mask | (1 << code), 0) : (codes[0] ?? NONE)
      this.#columns[facet].set(document, value)
    }
  }

  /** Counts documents and tells which pass the filter. A facet's own filter does not count for its own numbers. */
  counter(filter: FacetFilter): FacetCounter {
    const wanted = FACETS.flatMap((facet) => {
      const value = filter[facet]
      return value === undefined ? [] : [{ facet, code: this.#codes[facet].of(value) }]
    })
    const counts = byFacet((facet) => new Uint32Array(this.#codes[facet].texts().length))
    const columns = this.#columns
    return {
      pass(document) {
        let missed: Facet | undefined
        for (const { facet, code } of wanted) {
          if (has(facet, columns[facet].get(document), code)) continue
          if (missed !== undefined) return false
          missed = facet
        }
        for (const facet of FACETS) {
          if (missed === undefined || missed === facet) add(counts[facet], facet, columns[facet].get(document))
        }
        return missed === undefined
      },
      counts: () => byFacet((facet) => named(counts[facet], this.#codes[facet].texts())),
    }
  }
}

/** Counting in progress. */
export interface FacetCounter {
  /** Counts a document that the words found, and tells whether it passes every filter. */
  pass(document: number): boolean
  counts(): FacetCounts
}

function has(facet: Facet, value: number, code: number): boolean {
  return MANY.has(facet) ? (value & (1 << code)) !== 0 : value === code
}

function add(counts: Uint32Array, facet: Facet, value: number): void {
  if (!MANY.has(facet)) {
    if (value !== NONE) counts[value] = (counts[value] ?? 0) + 1
    return
  }
  for (let mask = value; mask !== 0; mask &= mask - 1) {
    const code = 31 - Math.clz32(mask & -mask)
    counts[code] = (counts[code] ?? 0) + 1
  }
}

function named(counts: Uint32Array, texts: readonly string[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const [code, text] of texts.entries()) {
    const number = counts[code] ?? 0
    if (number > 0) found[text] = number
  }
  return found
}

function byFacet<Value>(make: (facet: Facet) => Value): Record<Facet, Value> {
  return { kind: make('kind'), publisher: make('publisher'), permission: make('permission'), trust: make('trust') }
}
