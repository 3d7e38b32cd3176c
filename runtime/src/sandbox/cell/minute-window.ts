const MINUTE_MS = 60_000

/** Bytes, or anything else that is counted, within a minute. */
export interface MinuteWindow {
  /** True when `amount` more fit. `first` tells the first refusal of a minute, so that it is reported once. */
  take(amount: number): { readonly fits: boolean; readonly first: boolean }
}

export function createMinuteWindow(limit: number, now: () => number): MinuteWindow {
  let start = now()
  let used = 0
  let refused = false
  return {
    take(amount) {
      if (now() - start >= MINUTE_MS) {
        start = now()
        used = 0
        refused = false
      }
      if (used + amount <= limit) {
        used += amount
        return { fits: true, first: false }
      }
      const first = !refused
      refused = true
      return { fits: false, first }
    },
  }
}
