import { MAX_REPLAY_BYTES, MAX_REPLAY_EVENTS, MAX_REPLAY_HOST_BYTES } from '../../limits.ts'
import type { JsonText } from '../../wire/result-text.ts'

/** What all sessions of the host together may keep. */
export class ReplayBudget {
  #left: number

  constructor(bytes = MAX_REPLAY_HOST_BYTES) {
    this.#left = bytes
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  give(bytes: number): void {
    this.#left += bytes
  }
}

/** One event as its client may ask for it again. */
interface KeptEvent {
  readonly channel: string
  readonly sequence: number
  readonly text: JsonText
  readonly bytes: number
}

function bytesOf({ pieces }: JsonText): number {
  return pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length), 0)
}

/** The last events of one session, of all its channels. The oldest give way; what never fits is not kept. */
export class Replay {
  readonly #budget: ReplayBudget
  readonly #events = new Set<KeptEvent>()
  #bytes = 0

  constructor(budget: ReplayBudget) {
    this.#budget = budget
  }

  keep(channel: string, sequence: number, text: JsonText): void {
    const bytes = bytesOf(text)
    if (bytes > MAX_REPLAY_BYTES) return
    while (this.#events.size >= MAX_REPLAY_EVENTS || this.#bytes + bytes > MAX_REPLAY_BYTES) this.#dropOldest()
    while (!this.#budget.take(bytes)) if (!this.#dropOldest()) return
    this.#bytes += bytes
    this.#events.add({ channel, sequence, text, bytes })
  }

  /** Events of a channel that came after one, in their order. */
  after(channel: string, sequence: number): readonly Pick<KeptEvent, 'sequence' | 'text'>[] {
    return [...this.#events].filter((event) => event.channel === channel && event.sequence > sequence)
  }

  forget(channel: string): void {
    for (const event of this.#events) if (event.channel === channel) this.#drop(event)
  }

  clear(): void {
    for (const event of this.#events) this.#drop(event)
  }

  #dropOldest(): boolean {
    const [oldest] = this.#events
    if (oldest !== undefined) this.#drop(oldest)
    return oldest !== undefined
  }

  #drop(event: KeptEvent): void {
    this.#events.delete(event)
    this.#bytes -= event.bytes
    this.#budget.give(event.bytes)
  }
}
