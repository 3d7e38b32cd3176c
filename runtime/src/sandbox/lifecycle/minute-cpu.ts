const MINUTE_MS = 60_000

/** CPU time of all instances of an installation within a minute. */
export function createMinuteCpu(limitMs: number, now: () => number = Date.now) {
  let start = now()
  let used = 0
  const roll = (): void => {
    if (now() - start < MINUTE_MS) return
    start = now()
    used = 0
  }
  return {
    add(microseconds: number): void {
      roll()
      used += microseconds
    },
    /** Is anything left of this minute? */
    left(): boolean {
      roll()
      return used < limitMs * 1000
    },
  }
}
