const MINUTE_MS = 60_000

/** Bytes within a minute. */
export interface ByteWindow {
  /** True when `bytes` more fit. `first` tells the first refusal of a minute, so that it is reported once. */
  take(bytes: number): { readonly fits: boolean; readonly first: boolean }
}

export function createByteWindow(limit: number, now: () => number): ByteWindow {
  let start = now()
  let used = 0
  let refused = false
  return {
    take(bytes) {
      if (now() - start >= MINUTE_MS) {
        start = now()
        used = 0
        refused = false
      }
      if (used + bytes <= limit) {
        used += bytes
        return { fits: true, first: false }
      }
      const first = !refused
      refused = true
      return { fits: false, first }
    },
  }
}
