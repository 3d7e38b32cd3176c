/** A mutex that serves its waiters in the order in which they came. */
export interface FifoLock {
  /** Resolves when the caller holds the lock. */
  acquire(): Promise<void>
  /** Hands the lock to the next waiter. Only the holder may call it. */
  release(): void
  /** True when nobody holds it and nobody waits for it. */
  isFree(): boolean
}

export function createFifoLock(): FifoLock {
  const waiting: (() => void)[] = []
  let held = false
  return {
    async acquire() {
      if (held) await new Promise<void>((resolve) => waiting.push(resolve))
      held = true
    },
    release() {
      const next = waiting.shift()
      if (next === undefined) held = false
      else next()
    },
    isFree: () => !held,
  }
}
