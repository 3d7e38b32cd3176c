import type { Store } from '../../store/store.ts'
import { gatewayError } from '../errors.ts'
import { CATALOG_WAIT_AGAIN_MS, CATALOG_WAIT_MS, INCOMPLETE_VIEW_MS } from '../limits.ts'
import type { Upstream, UpstreamTable } from '../upstream/upstream.ts'
import { giveNames } from './give-names.ts'
import { mergeView, type NameGiver } from './merge-view.ts'
import { type Selection, takesAny } from './selection.ts'
import type { Listed, Problem, View } from './view.ts'

/** The views of all servers: built when first asked for, then only after a change. */
export interface Views {
  get(selection: Selection): Promise<View>
  /** Whether some view of the workspace lacks an upstream that could not be asked. */
  hasIncomplete(workspaceId: string): boolean
  /** Forgets what a change made old. */
  invalidate(workspaceId: string): void
}

interface Cached {
  readonly selection: Selection
  readonly view: Promise<View>
  built: View | undefined
  builtAt: number
}

type Names = Pick<Store, 'exposedNames'>['exposedNames']

/** Upstreams that were waited for in vain; nobody waits long for them a second time. */
const slow = new WeakSet<Upstream>()

async function listOf(upstream: Upstream): Promise<Listed | Problem> {
  const signal = AbortSignal.timeout(slow.has(upstream) ? CATALOG_WAIT_AGAIN_MS : CATALOG_WAIT_MS)
  try {
    const catalog = await upstream.catalog(signal)
    slow.delete(upstream)
    return { upstream, catalog }
  } catch (error) {
    if (signal.aborted) slow.add(upstream)
    const reason = signal.aborted ? 'no lists in time' : error instanceof Error ? error.message : 'an unknown failure'
    return { code: 'UPSTREAM_UNREACHABLE', message: `Expected the lists of ${upstream.label}, found: ${reason}` }
  }
}

/** Gives names one after the other, so that two views that are built at once cannot give one name twice. */
function createNameGiver(names: Names): (selection: Selection) => NameGiver {
  let turn: Promise<unknown> = Promise.resolve()
  return ({ workspaceId, scope, prefixMode }) =>
    (kind, entries) => {
      const work = async () => {
        const rows = await names.list(workspaceId)
        const known = rows.filter((row) => row.kind === kind && row.scope === scope)
        const given = giveNames(entries, known, prefixMode)
        if (given.fresh.length > 0) {
          await names.insert(
            given.fresh.map(({ label, original, exposed }) => ({ workspaceId, kind, scope, exposed, label, original })),
          )
        }
        return given
      }
      const result = turn.then(work, work)
      turn = result.catch(() => undefined)
      return result
    }
}

const keyOf = ({ workspaceId, scope }: Selection) => `${workspaceId}\0${scope}`

export function createViews(table: UpstreamTable, names: Names): Views {
  const cache = new Map<string, Cached>()
  const giver = createNameGiver(names)

  const build = async (selection: Selection): Promise<View> => {
    const upstreams = table.list(selection.workspaceId).filter(({ label }) => takesAny(selection, label))
    const answers = await Promise.all(upstreams.map(listOf))
    const listed = answers.filter((answer): answer is Listed => 'catalog' in answer)
    const failed = answers.filter((answer): answer is Problem => 'code' in answer)
    const view = await mergeView(selection, listed, giver(selection), failed.length === 0)
    return failed.length === 0 ? view : { ...view, problems: [...failed, ...view.problems] }
  }

  const isFresh = (cached: Cached, selection: Selection) =>
    cached.selection === selection &&
    (cached.built === undefined || cached.built.complete || Date.now() - cached.builtAt < INCOMPLETE_VIEW_MS)

  return {
    get(selection) {
      const key = keyOf(selection)
      const cached = cache.get(key)
      if (cached !== undefined && isFresh(cached, selection)) return cached.view
      const entry: Cached = { selection, view: build(selection), built: undefined, builtAt: 0 }
      cache.set(key, entry)
      void entry.view
        .then((view) => {
          entry.built = view
          entry.builtAt = Date.now()
          return view
        })
        // Who waits for the view hears of it; the next one tries again.
        .catch(() => cache.get(key) === entry && cache.delete(key))
      return entry.view
    },
    hasIncomplete: (workspaceId) =>
      cache.values().some(({ selection, built }) => selection.workspaceId === workspaceId && built?.complete === false),
    invalidate(workspaceId) {
      for (const [key, cached] of cache) if (cached.selection.workspaceId === workspaceId) cache.delete(key)
    },
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
