import { BestFirst } from './best-first.ts'
import { Column } from './columns.ts'
import { type FacetCounts, type FacetFilter, Facets } from './facets.ts'
import { REBUILD_AFTER } from './limits.ts'
import { WordIndex } from './word-index.ts'

/** How far a plugin's origin is known: signed by its publisher, or a build service vouches for it too. */
type TrustLevel = 'signed' | 'provenance'

/** What the catalog says about a plugin beyond its package. */
interface PluginFacts {
  readonly kind: string
  /** English. */
  readonly displayName: string
  /** Families of what it may touch. */
  readonly permissions: readonly string[]
  readonly trust: readonly TrustLevel[]
  readonly downloads: number
}

/** A package as search knows it. */
export interface CatalogEntry {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly keywords: readonly string[]
  /** Null without a scope. */
  readonly publisherId: string | null
  readonly publishedBy: string
  /** When its newest version came. */
  readonly date: string
  /** Texts that count only for finding it. */
  readonly otherText: string
  readonly plugin: PluginFacts | undefined
}

/** What to look for; everything that is given must hold. */
export interface CatalogQuery extends FacetFilter {
  readonly text: string
  readonly pluginsOnly: boolean
  readonly sort: 'relevance' | 'newest' | 'name' | 'downloads'
  readonly skip: number
  readonly limit: number
}

export interface CatalogResult {
  readonly entries: readonly CatalogEntry[]
  readonly total: number
  readonly facets: FacetCounts
}

/** Every package that may be found, in memory. */
export class Catalog {
  #words = new WordIndex()
  #facets = new Facets()
  #dates = new Column()
  #downloads = new Column()
  #popularity = new Column()
  /** By document number; a hole is a document that changed or went. */
  #entries: (CatalogEntry | undefined)[] = []
  #numbers = new Map<string, number>()

  get size(): number {
    return this.#numbers.size
  }

  put(entry: CatalogEntry): void {
    this.remove(entry.name)
    const { plugin } = entry
    const number = this.#entries.push(entry) - 1
    this.#numbers.set(entry.name, number)
    this.#dates.set(number, Date.parse(entry.date))
    this.#downloads.set(number, plugin?.downloads ?? 0)
    this.#popularity.set(number, 2 * Math.log10(1 + (plugin?.downloads ?? 0)))
    this.#facets.put(number, {
      kind: plugin === undefined ? [] : [plugin.kind],
      publisher: entry.publisherId === null ? [] : [entry.publisherId],
      permission: plugin?.permissions ?? [],
      trust: plugin?.trust ?? [],
    })
    this.#words.add(number, [
      [40, entry.name],
      [30, plugin?.displayName ?? ''],
      [20, entry.keywords.join(' ')],
      [10, entry.description],
      [10, entry.otherText],
    ])
    if (this.#entries.length - this.#numbers.size > REBUILD_AFTER) this.#rebuild()
  }

  remove(name: string): void {
    const number = this.#numbers.get(name)
    if (number === undefined) return
    this.#entries[number] = undefined
    this.#numbers.delete(name)
  }

  search(query: CatalogQuery): CatalogResult {
    const scores = this.#words.search(query.text, this.#entries.length)
    const counter = this.#facets.counter(query)
    const best = new BestFirst(query.skip + query.limit, this.#order(query.sort, scores))
    let total = 0
    for (let number = 0; number < this.#entries.length; number += 1) {
      if (scores !== undefined && scores[number] === 0) continue
      const entry = this.#entries[number]
      if (entry === undefined || (query.pluginsOnly && entry.plugin === undefined) || !counter.pass(number)) continue
      total += 1
      best.offer(number)
    }
    const entries = best
      .items()
      .slice(query.skip)
      .flatMap((number) => this.#entries[number] ?? [])
    return { entries, total, facets: counter.counts() }
  }

  #order(sort: CatalogQuery['sort'], scores: Float32Array | undefined): (left: number, right: number) => number {
    const byName = (left: number, right: number) => compare(this.#entries[left]?.name, this.#entries[right]?.name)
    const downloads = this.#downloads
    const dates = this.#dates
    // Of two that match as well, the one that more people use comes first.
    const popularity = this.#popularity
    const relevance = (number: number) => (scores?.[number] ?? 0) + popularity.get(number)
    const title = (number: number) => titleOf(this.#entries[number])
    const orders: Record<CatalogQuery['sort'], (left: number, right: number) => number> = {
      relevance: (left, right) => relevance(right) - relevance(left) || byName(left, right),
      newest: (left, right) => dates.get(right) - dates.get(left) || byName(left, right),
      downloads: (left, right) => downloads.get(right) - downloads.get(left) || byName(left, right),
      name: (left, right) => compare(title(left), title(right)) || byName(left, right),
    }
    return orders[sort]
  }

  #rebuild(): void {
    const entries = this.#entries.filter((entry) => entry !== undefined)
    this.#words = new WordIndex()
    this.#facets = new Facets()
    this.#dates = new Column()
    this.#downloads = new Column()
    this.#popularity = new Column()
    this.#entries = []
    this.#numbers = new Map()
    for (const entry of entries) this.put(entry)
  }
}

function titleOf(entry: CatalogEntry | undefined): string {
  return entry?.plugin?.displayName ?? entry?.name ?? ''
}

function compare(left = '', right = ''): number {
  return left < right ? -1 : left > right ? 1 : 0
}
