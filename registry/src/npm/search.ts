import type { RegistryStore } from '../store/open-store.ts'
import type { CatalogEntry } from '../packages/search/catalog.ts'
import { npmError } from './errors.ts'
import { MAX_SEARCH_SIZE } from './limits.ts'
import type { NpmHandler } from './npm-request.ts'

const DEFAULT_SIZE = 20

/** `GET /-/v1/search`, as npm's own registry answers it. */
export function searchHandler(store: RegistryStore): NpmHandler {
  return async ({ query, caller }) => {
    const text = query.get('text')
    if (text === null || text === '') {
      throw npmError('NPM_SEARCH_TEXT', 'Expected words to search for in `text`, found none.')
    }
    const { words, keyword, scope } = readQualifiers(text)
    const { entries, total } = await store.catalog.search({
      text: [...words, keyword ?? ''].join(' '),
      pluginsOnly: false,
      publisher: scope,
      sort: 'relevance',
      skip: readNumber(query.get('from'), 0, 100_000),
      limit: readNumber(query.get('size'), DEFAULT_SIZE, MAX_SEARCH_SIZE),
    })
    const objects = entries.map((entry, index) => describe(entry, caller.publicUrl, total - index))
    return { body: { objects, total, time: new Date().toISOString() } }
  }
}

/** `keywords:mcp` and `scope:acme` are what npm's users type. */
function readQualifiers(text: string) {
  const words = text.slice(0, 300).split(/\s+/)
  const value = (name: string) => words.find((word) => word.startsWith(`${name}:`))?.slice(name.length + 1)
  return {
    words: words.filter((word) => !/^(keywords|scope):/.test(word)),
    keyword: value('keywords'),
    scope: value('scope')?.replace(/^@/, ''),
  }
}

function readNumber(text: string | null, absent: number, limit: number): number {
  const number = text === null ? absent : Math.trunc(Number(text))
  return Number.isFinite(number) && number >= 0 ? Math.min(number, limit) : absent
}

function describe(entry: CatalogEntry, publicUrl: string, score: number) {
  const { name, version, description, keywords, date, publishedBy, publisherId } = entry
  const publisher = { username: publishedBy, email: '' }
  // npm's three scores are opinions that this registry has none of: what it knows is how well the words fit.
  const detail = { quality: 1, popularity: 1, maintenance: 1 }
  return {
    package: {
      name,
      scope: publisherId ?? 'unscoped',
      version,
      description,
      keywords,
      date,
      links: { npm: `${publicUrl}/${name}` },
      publisher,
      maintainers: [publisher],
    },
    score: { final: score, detail },
    searchScore: score,
    flags: { unstable: version.startsWith('0.') },
  }
}
