import type { Principal } from '../../identity/principal.ts'
import type { PolicyPort } from '../../policy/decide.ts'
import { seesTool } from '../router/visibility.ts'
import type { Exposed, View } from '../router/view.ts'
import { cosine, type Embeddings } from './embeddings.ts'
import { type KeywordIndex, openKeywordIndex } from './keyword-index.ts'
import { DEFAULT_HITS, EMBEDDING_MS, MAX_HITS, MAX_INDEXES_PER_VIEW, MAX_QUERY } from './limits.ts'
import { fuseRanks } from './rank-fusion.ts'
import { embeddedText } from './tool-text.ts'

/** What is looked at of a view. */
type SearchedView = Pick<View, 'server' | 'tools'>

/** The tools that some callers see, and what finds them. */
interface Shelf {
  readonly tools: readonly Exposed[]
  readonly index: Promise<KeywordIndex>
}

/**
 * Finds tools of a view by words and, where there is an embedding service, by meaning. What the caller may not see is
 * left out before anything is counted or ranked: neither hits nor scores tell of it.
 */
export class ToolSearch {
  readonly #embeddings: Embeddings | undefined
  /** By which tools are seen: callers who see the same share an index. */
  readonly #shelves = new WeakMap<SearchedView, Map<string, Shelf>>()

  constructor(embeddings?: Embeddings) {
    this.#embeddings = embeddings
  }

  /** Best first. An empty query finds nothing. */
  async find(
    policy: Pick<PolicyPort, 'isVisible'>,
    principal: Principal,
    view: SearchedView,
    query: string,
    limit = DEFAULT_HITS,
  ): Promise<readonly Exposed[]> {
    const asked = query.trim().slice(0, MAX_QUERY)
    if (asked === '') return []
    const shelf = this.#shelfOf(policy, principal, view)
    const byWords = (await shelf.index).find(asked).map(({ tool }) => tool)
    const byMeaning = await this.#byMeaning(shelf.tools, asked)
    const found = byMeaning === undefined ? byWords : fuseRanks([byWords, byMeaning.slice(0, MAX_HITS)])
    return found.slice(0, Math.min(limit, MAX_HITS))
  }

  #shelfOf(policy: Pick<PolicyPort, 'isVisible'>, principal: Principal, view: SearchedView): Shelf {
    const sees = seesTool(policy, principal, view)
    const tools = view.tools.filter(sees)
    const key = tools.length === view.tools.length ? 'all' : tools.map(({ exposed }) => exposed).join(' ')
    const shelves = this.#shelves.get(view) ?? new Map<string, Shelf>()
    this.#shelves.set(view, shelves)
    const shelf = shelves.get(key) ?? { tools, index: openKeywordIndex(tools) }
    shelves.delete(key)
    shelves.set(key, shelf)
    const [oldest] = shelves.keys()
    if (shelves.size > MAX_INDEXES_PER_VIEW && oldest !== undefined) shelves.delete(oldest)
    return shelf
  }

  async #byMeaning(tools: readonly Exposed[], query: string): Promise<readonly Exposed[] | undefined> {
    if (this.#embeddings === undefined || tools.length === 0) return undefined
    const vectors = await this.#embeddings.of([query, ...tools.map(embeddedText)], AbortSignal.timeout(EMBEDDING_MS))
    const [asked, ...known] = vectors ?? []
    if (asked === undefined) return undefined
    return known
      .map((vector, index) => ({ tool: tools[index], score: cosine(asked, vector) }))
      .toSorted((left, right) => right.score - left.score)
      .flatMap(({ tool }) => (tool === undefined ? [] : [tool]))
  }
}
