/** Where the present comes from. */
export interface TimeSource {
  /** Milliseconds since the epoch, as fine as the language has them. */
  readonly now: () => number
  /** Sets a clock that stands still; nothing for one that runs. */
  readonly move: (ms: number) => void
}

/** The machine's clock, or one that stands at `clockMs` until it is moved. */
export function createTimeSource(clockMs: number | undefined): TimeSource {
  if (clockMs === undefined) return { now: Date.now, move: () => undefined }
  let present = clockMs
  return {
    now: () => present,
    move(ms) {
      present = ms
    },
  }
}
