import { hkdfSync } from 'node:crypto'
import { STATE_KEY_MS } from './limits.ts'

const KEY_BYTES = 32

/** A key and its name, which travels in clear beside what it sealed. */
interface StateKey {
  readonly id: string
  readonly key: Buffer
}

/**
 * Keys that seal what clients carry, derived from the host's key material, a new one each day: every node with the same
 * material has the same keys, none is stored, and none is used long enough for its nonces to repeat. Source: RFC 5869.
 */
export class StateKeys {
  readonly #master: Buffer
  readonly #now: () => number
  readonly #known = new Map<number, Buffer>()

  constructor(master: Buffer, now: () => number) {
    this.#master = master
    this.#now = now
  }

  current(): StateKey {
    const day = this.#today()
    return { id: day.toString(36), key: this.#keyOf(day) }
  }

  /** The key of this name, as long as something it sealed may still open. */
  find(id: string): Buffer | undefined {
    const today = this.#today()
    const day = [today, today - 1].find((candidate) => candidate.toString(36) === id)
    return day === undefined ? undefined : this.#keyOf(day)
  }

  #today(): number {
    return Math.floor(this.#now() / STATE_KEY_MS)
  }

  #keyOf(day: number): Buffer {
    const known = this.#known.get(day)
    if (known !== undefined) return known
    for (const old of this.#known.keys()) if (old < day - 1) this.#known.delete(old)
    const key = Buffer.from(hkdfSync('sha256', this.#master, Buffer.alloc(0), `nexus request state ${day}`, KEY_BYTES))
    this.#known.set(day, key)
    return key
  }
}
