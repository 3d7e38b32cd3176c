/** Calls that wait for a change of an approval on this node. */
export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>()

  wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake()
  }

  /** `next` resolves once `id` is woken, the signal aborts or the time is over; changes are heard from here on. */
  wait(id: string, signal: AbortSignal): Disposable & { next(ms: number): Promise<void> } {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wakers = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, wakers.add(resolve))
    const wake = () => resolve()
    signal.addEventListener('abort', wake, { once: true })
    let timer: NodeJS.Timeout | undefined
    return {
      next(ms) {
        timer = setTimeout(resolve, ms)
        return promise
      },
      [Symbol.dispose]: () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        wakers.delete(resolve)
        if (wakers.size === 0) this.#waiting.delete(id)
      },
    }
  }
}
