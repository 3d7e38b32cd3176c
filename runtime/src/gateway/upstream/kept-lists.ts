import type { JsonObject } from '@nexus/plugin-api'
import { CHANGE_DEBOUNCE_MS, CONNECT_MS, LIST_REFRESH_MAX_MS } from '../limits.ts'
import type { Connection, Exchange } from './connection.ts'
import { loadCatalog } from './load-catalog.ts'
import type { UpstreamCatalog, UpstreamChange, UpstreamMessage } from './upstream.ts'

type ListKind = 'tools' | 'prompts' | 'resources'

const ALL_KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources']

const LIST_CHANGES: ReadonlyMap<string, ListKind> = new Map([
  ['notifications/tools/list_changed', 'tools'],
  ['notifications/prompts/list_changed', 'prompts'],
  ['notifications/resources/list_changed', 'resources'],
])

interface ListsOptions {
  /** The connection that stands. */
  readonly current: () => Connection | undefined
  /** Aborts with the upstream. */
  readonly stop: AbortSignal
  readonly tell: (change: UpstreamChange) => void
  /** New lists were read. */
  readonly loaded: () => void
  /** Lists that had changed could not be read; the last ones stay. */
  readonly failed: (error: unknown) => void
}

/** The lists of an upstream as last seen, read again when it says that they changed. */
export class KeptLists implements Disposable {
  readonly #options: ListsOptions
  readonly #changed = new Set<ListKind>()
  #catalog: UpstreamCatalog | undefined
  #loading: Promise<UpstreamCatalog> | undefined
  /** The connection that they were read over. */
  #source: Connection | undefined
  /** From then on they may be others, by the upstream's own word. */
  #staleAt = Infinity
  #refreshTimer: NodeJS.Timeout | undefined
  #refreshedAt = 0
  #pauseMs = CHANGE_DEBOUNCE_MS
  /** Somebody asked for the lists in vain; they are told when the lists are there. */
  #isMissed = false

  constructor(options: ListsOptions) {
    this.#options = options
  }

  /** As last seen; `undefined` when nothing ever was. What is out of date is read again meanwhile. */
  known(): UpstreamCatalog | undefined {
    if (Date.now() >= this.#staleAt) {
      this.#staleAt = Infinity
      this.#refresh(...ALL_KINDS)
    }
    return this.#catalog
  }

  areOf(connection: Connection): boolean {
    return this.#source === connection
  }

  missed(): void {
    this.#isMissed = true
  }

  load(connection: Connection): Promise<UpstreamCatalog> {
    this.#loading ??= this.#loadOnce(connection).finally(() => (this.#loading = undefined))
    return this.#loading
  }

  /** A new connection stands in the place of a lost one: its lists may be others. */
  reopened(): void {
    this.#refreshedAt = 0
    this.#refresh(...ALL_KINDS)
  }

  notified({ method, params }: UpstreamMessage): void {
    const kind = LIST_CHANGES.get(method)
    if (kind !== undefined) return this.#refresh(kind)
    const uri = params?.['uri']
    if (method === 'notifications/resources/updated' && typeof uri === 'string')
      this.#options.tell({ kind: 'resource', uri })
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#refreshTimer)
  }

  async #loadOnce(connection: Connection): Promise<UpstreamCatalog> {
    const { stop, tell, loaded } = this.#options
    const exchange: Exchange = { signal: AbortSignal.any([AbortSignal.timeout(CONNECT_MS), stop]) }
    const ask = (method: string, params: JsonObject | undefined) => connection.request(method, params, exchange)
    this.#catalog = await loadCatalog(connection.hello, ask)
    this.#source = connection
    this.#staleAt = Date.now() + (this.#catalog.ttlMs ?? Infinity)
    loaded()
    if (this.#isMissed) for (const kind of ALL_KINDS) tell({ kind })
    this.#isMissed = false
    return this.#catalog
  }

  /** Reads the lists again, once for all notices of a moment (an upstream may send one every millisecond). */
  #refresh(...kinds: readonly ListKind[]): void {
    for (const kind of kinds) this.#changed.add(kind)
    if (this.#refreshTimer !== undefined || this.#catalog === undefined) return
    // Whoever never stops announcing changes is asked ever more rarely.
    const isBusy = Date.now() - this.#refreshedAt < LIST_REFRESH_MAX_MS
    this.#pauseMs = isBusy ? Math.min(this.#pauseMs * 2, LIST_REFRESH_MAX_MS) : CHANGE_DEBOUNCE_MS
    this.#refreshTimer = setTimeout(() => void this.#refreshNow(), this.#pauseMs)
    this.#refreshTimer.unref()
  }

  async #refreshNow(): Promise<void> {
    const kinds = [...this.#changed]
    this.#changed.clear()
    const { current, tell, failed } = this.#options
    try {
      await this.#loading?.catch(() => undefined)
      const connection = current()
      const before = this.#catalog
      if (connection !== undefined) await this.load(connection)
      for (const kind of kinds) if (isDifferent(before, this.#catalog, kind)) tell({ kind })
    } catch (error) {
      failed(error)
    } finally {
      this.#refreshTimer = undefined
      this.#refreshedAt = Date.now()
      if (this.#changed.size > 0) this.#refresh()
    }
  }
}

/** An announced change that changed nothing is nobody's business. */
function isDifferent(before: UpstreamCatalog | undefined, now: UpstreamCatalog | undefined, kind: ListKind): boolean {
  return listText(before, kind) !== listText(now, kind)
}

function listText(catalog: UpstreamCatalog | undefined, kind: ListKind): string {
  return JSON.stringify([catalog?.[kind], kind === 'resources' ? catalog?.resourceTemplates : catalog?.instructions])
}
