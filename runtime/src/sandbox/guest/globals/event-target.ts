import { HostTypeError, toText } from '../primordials.ts'

interface EventInit {
  readonly cancelable?: boolean
}

/** An event that has a type and a target and does not bubble: there is no tree here. Source: DOM Standard, 2.2. */
export class GuestEvent {
  readonly #type: string
  readonly #cancelable: boolean
  readonly #timeStamp: number
  #target: GuestEventTarget | null = null
  #prevented = false
  #stopped = false

  constructor(type: unknown, init: EventInit = {}) {
    this.#type = toText(type)
    this.#cancelable = init.cancelable === true
    this.#timeStamp = Date.now()
  }

  get type(): string {
    return this.#type
  }

  get target(): GuestEventTarget | null {
    return this.#target
  }

  get currentTarget(): GuestEventTarget | null {
    return this.#target
  }

  get cancelable(): boolean {
    return this.#cancelable
  }

  get defaultPrevented(): boolean {
    return this.#prevented
  }

  get timeStamp(): number {
    return this.#timeStamp
  }

  preventDefault(): void {
    if (this.#cancelable) this.#prevented = true
  }

  stopPropagation(): void {
    // Nothing propagates here.
  }

  stopImmediatePropagation(): void {
    this.#stopped = true
  }

  /** Taken off the class before plugin code runs. */
  static aim(event: GuestEvent, target: GuestEventTarget): void {
    event.#target = target
  }

  /** Taken off the class before plugin code runs. */
  static isStopped(event: GuestEvent): boolean {
    return event.#stopped
  }
}

const { aim, isStopped } = GuestEvent
export { aim as aimEvent }
Reflect.deleteProperty(GuestEvent, 'aim')
Reflect.deleteProperty(GuestEvent, 'isStopped')

type Callback = ((event: GuestEvent) => unknown) | { handleEvent(event: GuestEvent): unknown }
interface Listener {
  readonly type: string
  readonly callback: Callback
  readonly once: boolean
  removed: boolean
}
interface ListenerOptions {
  readonly once?: boolean
  readonly signal?: GuestEventTarget & { readonly aborted: boolean }
}

let report: (error: unknown) => void = () => undefined

/** Says where errors of listeners go. */
export function reportListenerErrors(to: (error: unknown) => void): void {
  report = to
}

/** Source: DOM Standard, 2.7. */
export class GuestEventTarget {
  // Made at the first listener: each call of a plugin has a signal, few listen to it.
  #listeners: Listener[] | undefined

  addEventListener(type: unknown, callback: Callback | null, options?: ListenerOptions | boolean): void {
    if (callback === null || callback === undefined) return
    if (typeof callback !== 'function' && typeof callback !== 'object')
      throw new HostTypeError(`Expected a listener, found ${typeof callback}.`)
    const { once, signal }: ListenerOptions = typeof options === 'object' && options !== null ? options : {}
    if (signal?.aborted === true) return
    const name = toText(type)
    this.#listeners ??= []
    if (this.#listeners.some((known) => known.type === name && known.callback === callback)) return
    this.#listeners.push({ type: name, callback, once: once === true, removed: false })
    signal?.addEventListener('abort', () => this.removeEventListener(name, callback), { once: true })
  }

  removeEventListener(type: unknown, callback: Callback | null): void {
    const name = toText(type)
    this.#listeners = this.#listeners?.filter((known) => {
      if (known.type !== name || known.callback !== callback) return true
      known.removed = true
      return false
    })
  }

  dispatchEvent(event: GuestEvent): boolean {
    aim(event, this)
    for (const listener of this.#listeners ?? []) {
      if (listener.type !== event.type || listener.removed) continue
      if (listener.once) this.removeEventListener(listener.type, listener.callback)
      invoke(listener.callback, event, this)
      if (isStopped(event)) break
    }
    return !event.defaultPrevented
  }
}

/** A listener that throws does not keep the others from running. */
export function invoke(callback: Callback, event: GuestEvent, target: GuestEventTarget): void {
  try {
    if (typeof callback === 'function') callback.call(target, event)
    else callback.handleEvent(event)
  } catch (error) {
    report(error)
  }
}
