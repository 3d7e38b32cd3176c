import type { JsonObject } from '@nexus/plugin-api'
import { HOST_ENVELOPE } from './hello.ts'
import type { Peer } from './peer.ts'

const REOPEN_MS = 1_000

/** Listens for the changes of a server of the modern revision over its pipes: one request that stays open. */
export class StdioListener {
  readonly #peer: Peer
  readonly #watched = new Set<string>()
  readonly #life: AbortSignal
  #listening = new AbortController()

  constructor(peer: Peer, life: AbortSignal) {
    this.#peer = peer
    this.#life = life
  }

  /** Takes a resource in or out of what is listened for. */
  watch(uri: unknown, wanted: boolean): void {
    if (typeof uri !== 'string' || this.#watched.has(uri) === wanted) return
    if (wanted) this.#watched.add(uri)
    else this.#watched.delete(uri)
    this.listen()
  }

  /** A new request takes the place of the last when the wishes change. */
  listen(): void {
    this.#listening.abort()
    this.#listening = new AbortController()
    void this.#keepListening(AbortSignal.any([this.#listening.signal, this.#life]))
  }

  async #keepListening(signal: AbortSignal): Promise<void> {
    const notifications: JsonObject = {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      ...(this.#watched.size === 0 ? {} : { resourceSubscriptions: [...this.#watched] }),
    }
    while (!signal.aborted) {
      try {
        await this.#peer.request('subscriptions/listen', { notifications, _meta: HOST_ENVELOPE }, { signal })
      } catch {
        // A server that refuses to tell of changes is used as it was found.
        return
      }
      await new Promise((resolve) => setTimeout(resolve, REOPEN_MS))
    }
  }
}
