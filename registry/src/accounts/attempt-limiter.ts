/** Counts attempts per key in a window, in memory and with a bound on keys. */
export interface AttemptLimiter {
  /** Counts one attempt. Answers how many milliseconds the key must wait, or 0 when it may go on. */
  take(key: string): number
  /** Gives one attempt back: it was a success. */
  giveBack(key: string): void
}

export function createAttemptLimiter(limits: {
  readonly attempts: number
  readonly windowMs: number
  readonly keys: number
}): AttemptLimiter {
  const windows = new Map<string, { count: number; readonly endsAt: number }>()
  return {
    take(key) {
      const now = Date.now()
      const open = windows.get(key)
      if (open !== undefined && open.endsAt > now) {
        if (open.count >= limits.attempts) return open.endsAt - now
        open.count += 1
        return 0
      }
      windows.delete(key)
      // Windows have one length, so the first key of the map is the one that ends first.
      const [oldest] = windows.keys()
      if (oldest !== undefined && windows.size >= limits.keys) windows.delete(oldest)
      windows.set(key, { count: 1, endsAt: now + limits.windowMs })
      return 0
    },
    giveBack(key) {
      const open = windows.get(key)
      if (open !== undefined && open.count > 0) open.count -= 1
    },
  }
}
