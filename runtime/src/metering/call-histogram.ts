import { CALL_SECONDS } from './limits.ts'

/** How long calls took, in the buckets of an OpenMetrics histogram. */
export interface CallHistogram {
  observe(seconds: number): void
  /** One entry per upper end of `CALL_SECONDS`, then one for the rest; not yet cumulative. */
  readonly counts: readonly number[]
  readonly sum: number
}

export function createCallHistogram(): CallHistogram {
  const counts = [...CALL_SECONDS, Infinity].map(() => 0)
  let sum = 0
  return {
    observe(seconds) {
      sum += seconds
      const found = CALL_SECONDS.findIndex((end) => seconds <= end)
      const index = found === -1 ? CALL_SECONDS.length : found
      counts[index] = (counts[index] ?? 0) + 1
    },
    counts,
    get sum() {
      return sum
    },
  }
}
