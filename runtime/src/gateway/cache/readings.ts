import type { Subject } from './memory-cache.ts'

/** Where answers came from, since the host started. */
export interface CacheCounter {
  memory: number
  store: number
  /** Waited for the request of another caller. */
  shared: number
  /** Asked of the upstream; kept if it may be. */
  miss: number
  /** May not be kept. */
  bypass: number
}

export interface CacheReadings {
  readonly resource: Readonly<CacheCounter>
  readonly tool: Readonly<CacheCounter>
  /** Of this node's memory, all workspaces together. */
  readonly bytes: number
  readonly entries: number
  readonly evicted: number
}

type Kind = Subject['kind']

const none = (): CacheCounter => ({ memory: 0, store: 0, shared: 0, miss: 0, bypass: 0 })

export class Readings {
  readonly #counters = new Map<string, CacheCounter>()

  counter(workspaceId: string, kind: Kind): CacheCounter {
    const key = `${kind}\0${workspaceId}`
    const counter = this.#counters.get(key) ?? none()
    this.#counters.set(key, counter)
    return counter
  }

  of(workspaceId: string): Pick<CacheReadings, 'resource' | 'tool'> {
    return { resource: { ...this.counter(workspaceId, 'resource') }, tool: { ...this.counter(workspaceId, 'tool') } }
  }
}
