import { HostTypeError } from '../primordials.ts'
import { GuestDOMException } from './dom-exception.ts'
import { GuestEvent, GuestEventTarget, aimEvent, invoke } from './event-target.ts'
import type { Timers } from './timers.ts'

let mayConstruct = false

/** Source: DOM Standard, 3.2. */
export class GuestAbortSignal extends GuestEventTarget {
  #aborted = false
  #reason: unknown
  /** Signals of `AbortSignal.any` that follow this one. */
  #followers: GuestAbortSignal[] | undefined
  onabort: ((event: GuestEvent) => unknown) | null = null

  constructor() {
    if (!mayConstruct) throw new HostTypeError('Illegal constructor')
    super()
  }

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason
  }

  /** Taken off the class before plugin code runs, as the two below. */
  static trigger(signal: GuestAbortSignal, reason: unknown): void {
    if (signal.#aborted) return
    signal.#aborted = true
    signal.#reason = reason
    const event = new GuestEvent('abort')
    aimEvent(event, signal)
    const { onabort } = signal
    if (typeof onabort === 'function') invoke(onabort, event, signal)
    dispatch.call(signal, event)
    const followers = signal.#followers ?? []
    signal.#followers = undefined
    for (const follower of followers) trigger(follower, reason)
  }

  static follow(follower: GuestAbortSignal, source: GuestAbortSignal): void {
    source.#followers ??= []
    source.#followers.push(follower)
  }

  static make(): GuestAbortSignal {
    mayConstruct = true
    try {
      return new GuestAbortSignal()
    } finally {
      mayConstruct = false
    }
  }
}

const dispatch = GuestEventTarget.prototype.dispatchEvent
const { trigger, follow, make } = GuestAbortSignal
for (const name of ['trigger', 'follow', 'make']) Reflect.deleteProperty(GuestAbortSignal, name)

/** What only the host's side of the guest may do with signals. */
export const signalMakers = { make, trigger }

export function abortError(): Error {
  return new GuestDOMException('This operation was aborted', 'AbortError')
}

/** Source: DOM Standard, 3.1. */
export class GuestAbortController {
  readonly #signal = make()

  get signal(): GuestAbortSignal {
    return this.#signal
  }

  abort(reason: unknown = abortError()): void {
    trigger(this.#signal, reason)
  }
}

/** The statics of `AbortSignal`. */
export function createSignalStatics(timers: Timers): Readonly<Record<string, (...args: never[]) => GuestAbortSignal>> {
  return {
    abort(reason: unknown = abortError()): GuestAbortSignal {
      const signal = make()
      trigger(signal, reason)
      return signal
    },
    timeout(ms: number): GuestAbortSignal {
      const signal = make()
      timers.setTimeout(() => trigger(signal, new GuestDOMException('The operation timed out.', 'TimeoutError')), ms)
      return signal
    },
    any(sources: Iterable<GuestAbortSignal>): GuestAbortSignal {
      const signal = make()
      for (const source of sources) {
        if (source.aborted) trigger(signal, source.reason)
        else follow(signal, source)
      }
      return signal
    },
  }
}
