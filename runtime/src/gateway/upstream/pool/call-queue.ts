import { abortError } from '../../abort-error.ts'
import { gatewayError } from '../../errors.ts'
import type { PoolLimits } from './limits.ts'
import type { Replica } from './replica.ts'

interface Waiting {
  readonly signal: AbortSignal
  take(replica: Replica): void
  refuse(error: Error): void
}

/** Calls that wait for a free replica, first come first served, bounded in number and in time. */
export class CallQueue {
  readonly #label: string
  readonly #limits: Pick<PoolLimits, 'maxConcurrent' | 'maxQueued' | 'queueMs'>
  readonly #waiting = new Set<Waiting>()
  #busy = 0

  constructor(label: string, limits: Pick<PoolLimits, 'maxConcurrent' | 'maxQueued' | 'queueMs'>) {
    this.#label = label
    this.#limits = limits
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Calls refused so far. */
  busy(): number {
    return this.#busy
  }

  /** Resolves to a replica that is taken for this call. Fails with `UPSTREAM_BUSY`. */
  wait(signal: AbortSignal): Promise<Replica> {
    const { maxQueued, queueMs } = this.#limits
    if (signal.aborted) return Promise.reject(abortError(signal))
    if (this.#waiting.size >= maxQueued) return Promise.reject(this.#tooBusy('maxQueued', maxQueued, 'as many waiting'))
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting)
        clearTimeout(timer)
        signal.removeEventListener('abort', cancel)
      }
      const waiting: Waiting = {
        signal,
        take(replica) {
          leave()
          resolve(replica)
        },
        refuse(error) {
          leave()
          reject(error)
        },
      }
      const cancel = () => waiting.refuse(abortError(signal))
      const timer = setTimeout(
        () => waiting.refuse(this.#tooBusy('queueMs', queueMs, 'the call still waiting')),
        queueMs,
      )
      signal.addEventListener('abort', cancel, { once: true })
      this.#waiting.add(waiting)
    })
  }

  /** Hands replicas to those who wait, for as long as `free` has one. */
  serve(free: () => Replica | undefined): void {
    for (const waiting of this.#waiting) {
      const replica = free()
      if (replica === undefined) return
      waiting.take(replica)
    }
  }

  refuseAll(error: () => Error): void {
    for (const waiting of this.#waiting) waiting.refuse(error())
  }

  #tooBusy(limit: 'maxQueued' | 'queueMs', value: number, found: string): Error {
    this.#busy += 1
    const what =
      limit === 'maxQueued'
        ? `at most ${value} calls to wait for ${this.#label} (maxQueued)`
        : `${this.#label} to be free within ${value} ms (queueMs)`
    return gatewayError(
      'UPSTREAM_BUSY',
      `Expected ${what}, found ${found} and ${this.#limits.maxConcurrent} calls in flight at each replica. Try again, or raise the limit in the settings of the installation.`,
      { details: { limit, value } },
    )
  }
}
