const MINUTE_MS = 60_000

/** Counts what is used within a minute. A minute begins with the first use after the one before has ended. */
export interface MinuteBudget {
  /** What is left of `limit` in this minute; never negative. */
  left(limit: number): number
  /** Counts without asking; answers with what this minute has used. */
  add(amount: number): number
  /** Counts `amount` and answers true when it still fits below `limit`; otherwise counts nothing. */
  take(amount: number, limit: number): boolean
}

export function createMinuteBudget(now: () => number): MinuteBudget {
  let began = Number.NEGATIVE_INFINITY
  let used = 0
  const roll = (): void => {
    const time = now()
    // A clock that was set back must not keep a minute open for hours.
    if (time - began < MINUTE_MS && time >= began) return
    began = time
    used = 0
  }
  return {
    left(limit) {
      roll()
      return Math.max(0, limit - used)
    },
    add(amount) {
      roll()
      used += amount
      return used
    },
    take(amount, limit) {
      roll()
      if (used + amount > limit) return false
      used += amount
      return true
    },
  }
}
