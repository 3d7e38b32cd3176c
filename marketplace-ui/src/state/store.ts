import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** One observable value. Everything shared between screens lives in a handful of these. */
export class Store<Value> extends EventTarget {
  #value: Value

  constructor(initial: Value) {
    super()
    this.#value = initial
  }

  get value(): Value {
    return this.#value
  }

  set(value: Value): void {
    if (Object.is(this.#value, value)) return
    this.#value = value
    this.dispatchEvent(new Event('change'))
  }
}

/** Renders its host again whenever one of the stores changes. */
export class Follow implements ReactiveController {
  readonly #host: ReactiveControllerHost
  readonly #stores: readonly EventTarget[]
  readonly #changed = (): void => this.#host.requestUpdate()

  constructor(host: ReactiveControllerHost, ...stores: readonly EventTarget[]) {
    this.#host = host
    this.#stores = stores
    host.addController(this)
  }

  hostConnected(): void {
    for (const store of this.#stores) store.addEventListener('change', this.#changed)
  }

  hostDisconnected(): void {
    for (const store of this.#stores) store.removeEventListener('change', this.#changed)
  }
}
