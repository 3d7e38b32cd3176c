import { codedError } from '../guest-error.ts'
import { HostTypeError, defineProperty } from '../primordials.ts'

type Listener =
  | ((event: { readonly type: 'abort'; readonly target: GuestAbortSignal }) => void)
  | { handleEvent(event: unknown): void }

let mayConstruct = false

/** The web's AbortSignal with the one event it has. Source: DOM Standard, 3.2. */
export class GuestAbortSignal {
  #aborted = false
  #reason: unknown
  #listeners: { readonly listener: Listener; readonly once: boolean }[] = []
  onabort: Listener | null = null

  constructor() {
    if (!mayConstruct) throw new HostTypeError('Illegal constructor')
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

  addEventListener(type: string, listener: Listener | null, options?: { readonly once?: boolean }): void {
    if (type !== 'abort' || listener === null) return
    if (this.#listeners.some((entry) => entry.listener === listener)) return
    this.#listeners.push({ listener, once: options?.once === true })
  }

  removeEventListener(type: string, listener: Listener | null): void {
    if (type === 'abort') this.#listeners = this.#listeners.filter((entry) => entry.listener !== listener)
  }

  /** Aborts `signal`; a listener that throws does not keep the others from running. */
  static trigger(signal: GuestAbortSignal, reason: unknown, report: (error: unknown) => void): void {
    if (signal.#aborted) return
    signal.#aborted = true
    signal.#reason = reason
    const listeners = signal.#listeners
    signal.#listeners = []
    const event = { type: 'abort', target: signal } as const
    for (const listener of [
      ...(signal.onabort === null ? [] : [signal.onabort]),
      ...listeners.map((entry) => entry.listener),
    ]) {
      try {
        if (typeof listener === 'function') listener.call(signal, event)
        else listener.handleEvent(event)
      } catch (error) {
        report(error)
      }
    }
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

/** Takes the two makers off the class, so that only the host side of the guest can use them. */
export function takeSignalMakers(): {
  readonly make: () => GuestAbortSignal
  readonly trigger: typeof GuestAbortSignal.trigger
} {
  const { make, trigger } = GuestAbortSignal
  Reflect.deleteProperty(GuestAbortSignal, 'make')
  Reflect.deleteProperty(GuestAbortSignal, 'trigger')
  return { make, trigger }
}

export function abortError(): Error {
  const error = codedError('ABORT_ERR', 'This operation was aborted')
  defineProperty(error, 'name', { value: 'AbortError' })
  return error
}
