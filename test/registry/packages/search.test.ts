import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDocumentCache } from '../../../registry/src/packages/packument-cache.ts'
import { Catalog, type CatalogEntry, type CatalogQuery } from '../../../registry/src/packages/search/catalog.ts'
import { editDistance } from '../../../registry/src/packages/search/edit-distance.ts'

function entry(name: string, change: Partial<CatalogEntry> = {}): CatalogEntry {
  return {
    name,
    version: '1.0.0',
    description: '',
    keywords: [],
    publisherId: name.startsWith('@') ? name.slice(1, name.indexOf('/')) : null,
    publishedBy: 'somebody',
    date: '2026-01-01T00:00:00.000Z',
    otherText: '',
    plugin: undefined,
    ...change,
  }
}

const plugin = (kind: string, permissions: readonly string[], downloads = 0): Pick<CatalogEntry, 'plugin'> => ({
  plugin: { kind, displayName: kind, permissions, trust: ['signed'], downloads },
})

function catalogOf(...entries: readonly CatalogEntry[]) {
  const catalog = new Catalog()
  for (const one of entries) catalog.put(one)
  const search = (text: string, change: Partial<CatalogQuery> = {}) =>
    catalog.search({ text, pluginsOnly: false, sort: 'relevance', skip: 0, limit: 50, ...change })
  return {
    catalog,
    names: (text: string, change?: Partial<CatalogQuery>) => search(text, change).entries.map(({ name }) => name),
    search,
  }
}

describe('catalog [R5]', () => {
  it('finds what has every word, by its beginning too, the best first', () => {
    const { names } = catalogOf(
      entry('@acme/weather'),
      entry('umbrella', { description: 'For bad weather' }),
      entry('@acme/maps', { description: 'For weathering' }),
    )
    expect(names('weather')).toEqual(['@acme/weather', 'umbrella', '@acme/maps'])
    expect(names('bad weather')).toEqual(['umbrella'])
    expect(names('weath')).toHaveLength(3)
    expect(names('Wéather acme')).toEqual(['@acme/weather', '@acme/maps'])
    expect(names('snow')).toEqual([])
  })

  it('forgives typing mistakes only where nothing is typed like that', () => {
    const { names } = catalogOf(entry('weather'), entry('wether'), entry('calendar'))
    expect(names('wether')).toEqual(['wether'])
    expect(names('weathre')).toContain('weather')
    expect(names('calender')).toEqual(['calendar'])
    expect(names('cat')).toEqual([])
  })

  it('counts by facet, its own filter left out, and filters by all', () => {
    const { search } = catalogOf(
      entry('@acme/a', plugin('connector', ['network'], 5)),
      entry('@acme/b', plugin('connector', ['network', 'files'], 50)),
      entry('@other/c', plugin('policy-pack', ['files'])),
      entry('plain'),
    )
    const { entries, total, facets } = search('', { pluginsOnly: true, kind: 'connector', sort: 'downloads' })
    expect(entries.map(({ name }) => name)).toEqual(['@acme/b', '@acme/a'])
    expect(total).toBe(2)
    expect(facets).toEqual({
      kind: { connector: 2, 'policy-pack': 1 },
      publisher: { acme: 2 },
      permission: { network: 2, files: 1 },
      trust: { signed: 2 },
    })
    expect(search('', { permission: 'files', publisher: 'acme' }).entries.map(({ name }) => name)).toEqual(['@acme/b'])
    expect(search('', { kind: 'never-heard-of' }).total).toBe(0)
  })

  it('pages without gaps or repetitions in every order', () => {
    const all = Array.from({ length: 23 }, (_, index) =>
      entry(`tool-${index}`, { date: new Date(index * 1e9).toISOString() }),
    )
    const { names } = catalogOf(...all)
    for (const sort of ['relevance', 'newest', 'name', 'downloads'] as const) {
      const pages = [0, 10, 20].flatMap((skip) => names('tool', { sort, skip, limit: 10 }))
      expect(new Set(pages).size).toBe(23)
    }
    expect(names('tool', { sort: 'newest', limit: 1 })).toEqual(['tool-22'])
  })

  it('forgets what changed or went', () => {
    const { catalog, names } = catalogOf(entry('first', { description: 'old words' }))
    catalog.put(entry('first', { description: 'new words' }))
    expect(names('old')).toEqual([])
    expect(names('new')).toEqual(['first'])
    catalog.remove('first')
    expect(names('new')).toEqual([])
    expect(catalog.size).toBe(0)
  })

  it('agrees with reading every entry', () => {
    const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'alphabet')
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 30 }),
        fc.array(word, { minLength: 1, maxLength: 3 }),
        (texts, query) => {
          const { names } = catalogOf(
            ...texts.map((text, index) => entry(`n${index}`, { description: text.join(' ') })),
          )
          const expected = texts.flatMap((text, index) =>
            query.every((wanted) => text.some((found) => found.startsWith(wanted))) ? [`n${index}`] : [],
          )
          // Where no entry has a word at all, words like it count instead.
          if (query.every((wanted) => texts.some((text) => text.some((found) => found.startsWith(wanted))))) {
            expect(names(query.join(' ')).toSorted()).toEqual(expected.toSorted())
          }
        },
      ),
    )
  })
})

describe('edit distance [R5]', () => {
  it.each([
    ['weather', 'weather', 0],
    ['weather', 'wether', 1],
    ['weather', 'waether', 1],
    ['abcd', 'dcba', 3],
  ])('of %s and %s is %i', (left, right, distance) => {
    expect(Math.min(editDistance(left, right, 2), 3)).toBe(distance)
  })
})

describe('documents in memory [R1]', () => {
  it('are made once, dropped on change, and never kept when the package changed while they were made', async () => {
    const cache = createDocumentCache()
    let made = 0
    const make = async () => {
      made += 1
      return { text: `${made}`, restricted: false }
    }
    await Promise.all([cache.get('a', 'full', make), cache.get('a', 'full', make)])
    expect(made).toBe(1)
    cache.drop('a')
    const { promise, resolve } = Promise.withResolvers<{ text: string; restricted: boolean }>()
    const slow = cache.get('a', 'full', () => promise)
    cache.drop('a')
    resolve({ text: 'stale', restricted: false })
    expect((await slow)?.bytes.toString()).toBe('stale')
    expect(cache.peek('a', 'full')).toBeUndefined()
    expect((await cache.get('a', 'full', make))?.bytes.toString()).toBe('2')
  })

  it('take no more memory than they may; the least used go first', async () => {
    const cache = createDocumentCache(3000)
    const make = async () => ({ text: 'x'.repeat(1000), restricted: false })
    for (const name of ['a', 'b', 'c']) await cache.get(name, 'full', make)
    expect(cache.peek('a', 'full')).toBeUndefined()
    expect(cache.peek('c', 'full')).toBeDefined()
  })
})
