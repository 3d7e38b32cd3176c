import { randomUUIDv7 } from 'node:crypto'
import { systemPrincipal } from '../../identity/principal.ts'
import { CONNECT_MS } from '../limits.ts'
import type { Upstream, UpstreamTable } from '../upstream/upstream.ts'

/** Which resources some client wants to hear of, counted per upstream: the last one who leaves ends the subscription. */
export interface Subscriptions extends Disposable {
  /** Rejects when the upstream does; the subscriber is not counted then. */
  add(upstream: Upstream, uri: string): Promise<void>
  remove(upstream: Upstream, uri: string): Promise<void>
}

/** One resource of one upstream that somebody wants to hear of. */
interface Watched {
  readonly uri: string
  count: number
  /** Whether the upstream's present connection knows. */
  known: boolean
  /** How many connections were lost: an answer from an earlier one says nothing about this one. */
  losses: number
  /** Requests about one resource go one after the other, so that the last wish is what holds. */
  turn: Promise<unknown>
}

async function ask(upstream: Upstream, method: string, uri: string): Promise<void> {
  await upstream.request({
    method,
    params: { uri },
    requestId: randomUUIDv7(),
    principal: systemPrincipal(upstream.workspaceId),
    signal: AbortSignal.timeout(CONNECT_MS),
  })
}

class CountedSubscriptions implements Subscriptions {
  readonly #table: UpstreamTable
  /** Upstream id → URI. An upstream that was replaced keeps its id, and its successor is asked for the same. */
  readonly #watched = new Map<string, Map<string, Watched>>()
  readonly #watching: Disposable

  constructor(table: UpstreamTable) {
    this.#table = table
    this.#watching = table.onChange((_workspaceId, upstreamId, { kind }) => {
      if (kind === 'added' || kind === 'state') this.#connectionChanged(upstreamId, kind === 'added')
    })
  }

  async add({ id }: Upstream, uri: string): Promise<void> {
    const watched = this.#watchedOf(id, uri)
    watched.count += 1
    try {
      await this.#settle(id, watched)
    } catch (error) {
      watched.count -= 1
      this.#tidy(id, watched)
      throw error
    }
  }

  async remove({ id }: Upstream, uri: string): Promise<void> {
    const watched = this.#watched.get(id)?.get(uri)
    if (watched === undefined) return
    watched.count -= 1
    await this.#settle(id, watched).finally(() => this.#tidy(id, watched))
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]()
    this.#watched.clear()
  }

  /** A new connection knows nothing of the subscriptions of the lost one. */
  #connectionChanged(id: string, isNew: boolean): void {
    const isReady = this.#table.get(id)?.state() === 'ready'
    for (const watched of this.#watched.get(id)?.values() ?? []) {
      if (isNew || !isReady) {
        watched.known = false
        watched.losses += 1
      }
      // One that fails shows as a missing update only: the server may not offer the resource any more.
      if (isNew || isReady) this.#settle(id, watched).catch(() => undefined)
    }
  }

  /** Tells the upstream what is wanted now, after everything that was asked about the resource before. */
  #settle(id: string, watched: Watched): Promise<void> {
    const work = async (): Promise<void> => {
      const upstream = this.#table.get(id)
      const wanted = watched.count > 0
      // An upstream that is away has nothing to be asked; it is when it comes back.
      if (upstream === undefined || wanted === watched.known) return
      const { losses } = watched
      await ask(upstream, wanted ? 'resources/subscribe' : 'resources/unsubscribe', watched.uri)
      if (losses === watched.losses) watched.known = wanted
    }
    const result = watched.turn.then(work)
    watched.turn = result.catch(() => undefined)
    return result
  }

  #watchedOf(id: string, uri: string): Watched {
    const uris = this.#watched.get(id) ?? new Map<string, Watched>()
    this.#watched.set(id, uris)
    const watched = uris.get(uri) ?? { uri, count: 0, known: false, losses: 0, turn: Promise.resolve() }
    uris.set(uri, watched)
    return watched
  }

  #tidy(id: string, watched: Watched): void {
    const uris = this.#watched.get(id)
    if (watched.count > 0 || uris?.get(watched.uri) !== watched) return
    uris.delete(watched.uri)
    if (uris.size === 0) this.#watched.delete(id)
  }
}

export function createSubscriptions(table: UpstreamTable): Subscriptions {
  return new CountedSubscriptions(table)
}
