import { CANCELLED_CALL_SPEAKS_MS, LATE_NOTICE_MS } from '../limits.ts'
import type { CallClient } from './upstream.ts'

/** Clients remembered before those that matter no more are looked for. */
const CLIENTS = 256

/**
 * What may still come of calls that are over. A server may go on after a call was cancelled, and write a log line after
 * its answer; without an address, either would be taken for a message to the next client. Between clients of one
 * principal that gives nothing away, so they count as one.
 */
export class Strays {
  /** Principal → until when a question may be of a call that it cancelled. */
  readonly #questions = new Map<string, number>()
  /** Principal → until when a notice may be of a call that is over. */
  readonly #notices = new Map<string, number>()
  #first: string | undefined
  #isShared = false

  began(client: CallClient | undefined): void {
    // Nothing can go astray as long as all calls are of one client, and nothing is remembered.
    if (this.#isShared || client === undefined || ownerOf(client) === this.#first) return
    if (this.#first !== undefined) {
      this.#isShared = true
      remember(this.#notices, this.#first, LATE_NOTICE_MS)
    }
    this.#first ??= ownerOf(client)
  }

  ended(client: CallClient | undefined, isCancelled: boolean): void {
    if (client === undefined) return
    if (isCancelled) {
      remember(this.#questions, ownerOf(client), CANCELLED_CALL_SPEAKS_MS)
      remember(this.#notices, ownerOf(client), CANCELLED_CALL_SPEAKS_MS)
    } else if (this.#isShared) remember(this.#notices, ownerOf(client), LATE_NOTICE_MS)
  }

  /** Whether a message without an address can be of nobody but `client`. */
  isOnlyOf(client: CallClient | undefined, what: 'question' | 'notice'): boolean {
    const now = Date.now()
    for (const [key, until] of what === 'question' ? this.#questions : this.#notices) {
      if (until > now && (client === undefined || key !== ownerOf(client))) return false
    }
    return true
  }
}

function ownerOf({ principalId, key }: CallClient): string {
  return principalId ?? key
}

function remember(clients: Map<string, number>, key: string, ms: number): void {
  const now = Date.now()
  clients.set(key, Math.max(clients.get(key) ?? 0, now + ms))
  if (clients.size <= CLIENTS) return
  for (const [old, until] of clients) if (until <= now) clients.delete(old)
}
