import type { Store } from '../../store/store.ts'
import { gatewayError } from '../errors.ts'
import { CATALOG_GRACE_MS, CATALOG_WAIT_AGAIN_MS, CATALOG_WAIT_MS, INCOMPLETE_VIEW_MS } from '../limits.ts'
import type { Upstream, UpstreamCatalog, UpstreamTable } from '../upstream/upstream.ts'
import { mergeView, type NameGiver } from './merge-view.ts'
import { createNameGiver, tryNames } from './remember-names.ts'
import { type Selection, takesAny } from './selection.ts'
import type { Listed, Problem, View } from './view.ts'

/** The views of all servers: built when first asked for, then only after a change. */
export interface Views {
  get(selection: Selection): Promise<View>
  /** Whether some view of the workspace lacks an upstream that could not be asked. */
  hasIncomplete(workspaceId: string): boolean
  /** What a server would offer that is not there yet: nothing is remembered, its new names neither. */
  draft(selection: Selection): Promise<View>
  /** Forgets what a change made old: of the upstream with this label, or of any. */
  invalidate(workspaceId: string, label?: string): void
  /** Forgets one server. */
  forget(selection: Selection): void
}

interface Cached {
  readonly selection: Selection
  readonly view: Promise<View>
  built: View | undefined
  builtAt: number
  /** From then on an upstream's lists may be others, by its own word. */
  staleAt: number
}

type Names = Pick<Store, 'exposedNames'>['exposedNames']

/** The lists of an upstream as clients may see them. */
export type CatalogOf = (upstream: Upstream, signal: AbortSignal) => Promise<UpstreamCatalog>

/** Upstreams that were waited for in vain; nobody waits long for them a second time. */
const slow = new WeakSet<Upstream>()

async function listOf(upstream: Upstream, catalogOf: CatalogOf, enough: AbortSignal): Promise<Listed | Problem> {
  const patience = AbortSignal.timeout(slow.has(upstream) ? CATALOG_WAIT_AGAIN_MS : CATALOG_WAIT_MS)
  const signal = AbortSignal.any([patience, enough])
  try {
    const catalog = await catalogOf(upstream, signal)
    slow.delete(upstream)
    return { upstream, catalog }
  } catch (error) {
    if (signal.aborted) slow.add(upstream)
    const reason = signal.aborted ? 'no lists in time' : error instanceof Error ? error.message : 'an unknown failure'
    return { code: 'UPSTREAM_UNREACHABLE', message: `Expected the lists of ${upstream.label}, found: ${reason}` }
  }
}

/** Asks all at once. One that keeps silent delays those that spoke by a few seconds, once. */
async function listAll(upstreams: readonly Upstream[], catalogOf: CatalogOf): Promise<readonly (Listed | Problem)[]> {
  const enough = new AbortController()
  let grace: NodeJS.Timeout | undefined
  const answers = upstreams.map(async (upstream) => {
    const answer = await listOf(upstream, catalogOf, enough.signal)
    if ('catalog' in answer) grace ??= setTimeout(() => enough.abort(), CATALOG_GRACE_MS)
    return answer
  })
  return Promise.all(answers).finally(() => clearTimeout(grace))
}

const keyOf = ({ workspaceId, scope }: Selection) => `${workspaceId}\0${scope}`

export function createViews(table: UpstreamTable, names: Names, catalogOf: CatalogOf): Views {
  const cache = new Map<string, Cached>()
  const giver = createNameGiver(names)
  const lifetimes = new WeakMap<View, number>()

  const build = async (selection: Selection, give: NameGiver): Promise<View> => {
    const upstreams = table.list(selection.workspaceId).filter(({ label }) => takesAny(selection, label))
    const answers = await listAll(upstreams, catalogOf)
    const listed = answers.filter((answer): answer is Listed => 'catalog' in answer)
    const failed = answers.filter((answer): answer is Problem => 'code' in answer)
    const view = await mergeView(selection, listed, give, failed)
    lifetimes.set(view, Math.min(...listed.map(({ catalog }) => catalog.ttlMs ?? Infinity)))
    return view
  }

  const isFresh = (cached: Cached, selection: Selection) =>
    cached.selection === selection &&
    (cached.staleAt === Infinity || Date.now() < cached.staleAt) &&
    (cached.built === undefined || cached.built.complete || Date.now() - cached.builtAt < INCOMPLETE_VIEW_MS)

  return {
    get(selection) {
      const key = keyOf(selection)
      const cached = cache.get(key)
      if (cached !== undefined && isFresh(cached, selection)) return cached.view
      const entry: Cached = {
        selection,
        view: build(selection, giver(selection)),
        built: undefined,
        builtAt: 0,
        staleAt: Infinity,
      }
      cache.set(key, entry)
      void entry.view
        .then((view) => {
          entry.built = view
          entry.builtAt = Date.now()
          entry.staleAt = entry.builtAt + (lifetimes.get(view) ?? Infinity)
          return view
        })
        // Who waits for the view hears of it; the next one tries again.
        .catch(() => cache.get(key) === entry && cache.delete(key))
      return entry.view
    },
    hasIncomplete: (workspaceId) =>
      cache.values().some(({ selection, built }) => selection.workspaceId === workspaceId && built?.complete === false),
    draft: (selection) => build(selection, tryNames(names, selection)),
    invalidate(workspaceId, label) {
      for (const [key, { selection }] of cache) {
        if (selection.workspaceId !== workspaceId) continue
        if (label === undefined || takesAny(selection, label)) cache.delete(key)
      }
    },
    forget: (selection) => void cache.delete(keyOf(selection)),
  }
}

/** A view's entry that must exist. */
export function required<Entry>(
  entry: Entry | undefined,
  kind: 'TOOL_UNKNOWN' | 'PROMPT_UNKNOWN',
  name: unknown,
): Entry {
  if (entry !== undefined) return entry
  const what = kind === 'TOOL_UNKNOWN' ? 'tool' : 'prompt'
  throw gatewayError(
    kind,
    `Unknown ${what}: expected a name from ${what}s/list, found ${JSON.stringify(name ?? null).slice(0, 100)}.`,
  )
}
