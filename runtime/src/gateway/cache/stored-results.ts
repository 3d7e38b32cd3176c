import type { CachedResultMatch } from '../../store/cached-result.ts'
import type { Store } from '../../store/store.ts'
import { type CachedText, readText } from './cached-text.ts'
import { MAX_REMOVALS, STORE_MIN_TTL_MS, STORE_RESULT_BYTES } from './limits.ts'
import type { MemoryEntry, Subject } from './memory-cache.ts'

/**
 * Results in the store: they outlive a restart and serve other nodes. Only those that any caller may be given. Writes
 * and removals of one upstream happen one after the other, so that no write overtakes a removal.
 */
export class StoredResults {
  readonly #rows: Store['cachedResults']
  /** By upstream; that of all upstreams has no name. */
  readonly #lanes = new Map<string, Promise<unknown>>()
  /** By upstream: removals that have not begun. */
  readonly #removals = new Map<string, Set<string>>()

  constructor(rows: Store['cachedResults']) {
    this.#rows = rows
  }

  /** A result that was stored; after everything that is under way for its upstream. */
  async get(key: string, subject: Subject): Promise<MemoryEntry | undefined> {
    await Promise.all([this.#lanes.get(''), this.#lanes.get(subject.upstreamId)])
    const row = await this.#rows.get(key, new Date())
    if (row === undefined) return undefined
    return { subject, text: readText(row.value), expiresAt: row.expiresAt.getTime() }
  }

  /** `isFresh` is asked right before: what was removed meanwhile does not come back. */
  put(key: string, { subject, text, expiresAt }: MemoryEntry, isFresh: () => boolean): void {
    const now = Date.now()
    if (expiresAt - now < STORE_MIN_TTL_MS || text.bytes.length > STORE_RESULT_BYTES) return
    this.#next(subject.upstreamId, async () => {
      if (!isFresh()) return
      const times = { storedAt: new Date(now), expiresAt: new Date(expiresAt) }
      await this.#rows.put({ id: key, ...subject, value: valueOf(text), bytes: text.bytes.length, ...times })
    })
  }

  /** What waits to be removed already is not asked for twice; of a flood, everything of the upstream goes at once. */
  remove(upstreamId: string, match: CachedResultMatch): void {
    const waiting = this.#removals.get(upstreamId) ?? new Set<string>()
    const removed = waiting.size < MAX_REMOVALS ? match : {}
    const key = JSON.stringify([removed.kind, removed.name])
    if (waiting.has(key)) return
    this.#removals.set(upstreamId, waiting.add(key))
    this.#next(upstreamId, () => {
      waiting.delete(key)
      if (waiting.size === 0) this.#removals.delete(upstreamId)
      return this.#rows.remove({ ...removed, upstreamId })
    })
  }

  /** Of whatever upstream. */
  removeAll(match: CachedResultMatch): void {
    const under = [...this.#lanes.values()]
    this.#next('', async () => {
      await Promise.all(under)
      await this.#rows.remove(match)
    })
  }

  /** A failing store costs the next caller a request, and nobody this one. */
  #next(upstreamId: string, work: () => Promise<unknown>): void {
    const next = (this.#lanes.get(upstreamId) ?? Promise.resolve()).then(work).catch(() => undefined)
    this.#lanes.set(upstreamId, next)
    void next.then(() => this.#lanes.get(upstreamId) === next && this.#lanes.delete(upstreamId))
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#lanes.values())
  }
}

function valueOf({ bytes }: CachedText): string {
  return bytes.toString('utf8')
}
