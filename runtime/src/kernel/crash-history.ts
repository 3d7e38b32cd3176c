import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS, QUARANTINE_CRASHES, QUARANTINE_WINDOW_MS } from './limits.ts'

/** What to do after a crash: wait and start again, or give up. */
export type AfterCrash = { readonly retryAfterMs: number } | 'quarantine'

/** Remembers the crashes of one plugin within the window. */
export class CrashHistory {
  #crashes: readonly number[] = []

  record(now: number, random: () => number = Math.random): AfterCrash {
    this.#crashes = [...this.#crashes.filter((at) => now - at < QUARANTINE_WINDOW_MS), now]
    if (this.#crashes.length >= QUARANTINE_CRASHES) return 'quarantine'
    const wait = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (this.#crashes.length - 1))
    // Jitter keeps plugins that died together from starting together.
    return { retryAfterMs: Math.round(wait * (0.75 + random() / 2)) }
  }

  clear(): void {
    this.#crashes = []
  }
}
