import { codedError } from '../guest-error.ts'
import type { Timers } from '../globals/timers.ts'
import { HostPromise, HostRangeError, freeze, toNumber } from '../primordials.ts'
import type { ContextParts } from './parts.ts'

const MAX_SLEEP_MS = 60_000

interface Cancellable {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void, options?: object): void
}

/** `context.clock`: no question to the host, time carries no authority. */
export function createClock({ now, timers }: ContextParts): object {
  return freeze({ now, sleep: createSleep(timers) })
}

function createSleep(timers: Timers): (ms: unknown, signal?: Cancellable) => Promise<void> {
  return async (ms, signal) => {
    const wait = toNumber(ms)
    if (!(wait >= 0 && wait <= MAX_SLEEP_MS))
      throw new HostRangeError(`Expected 0 to ${MAX_SLEEP_MS} ms, found ${wait}.`)
    await new HostPromise<void>((resolve, reject) => {
      const cancelled = (): void => reject(codedError('CALL_CANCELLED', 'The sleep was cancelled.'))
      if (signal?.aborted === true) {
        cancelled()
        return
      }
      const timer = timers.setTimeout(() => resolve(), wait)
      signal?.addEventListener('abort', () => {
        timers.clearTimeout(timer)
        cancelled()
      })
    })
  }
}
