import { gatewayError } from '../errors.ts'
import { CALL_DEADLINE_MS } from '../limits.ts'

/** The life of one call: ends by cancel or by its deadline. */
export interface CallScope extends Disposable {
  readonly signal: AbortSignal
  cancel(reason: string): void
}

/** How late a deadline may be noticed, milliseconds: one timer looks after all calls. */
const TICK_MS = 1_000

class Scope implements CallScope {
  readonly #controller = new AbortController()
  readonly deadline = performance.now() + CALL_DEADLINE_MS

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  cancel(reason: string): void {
    const problem = `Expected the call to finish, found it cancelled: ${reason.slice(0, 200)}`
    this.#controller.abort(gatewayError('CALL_CANCELLED', problem))
  }

  expire(): void {
    const problem = `Expected the call to finish within ${CALL_DEADLINE_MS} ms, found it still running.`
    this.#controller.abort(gatewayError('CALL_TIMEOUT', problem))
  }

  [Symbol.dispose](): void {
    running.delete(this)
  }
}

/** In the order of their deadlines: every call has the same time. */
const running = new Set<Scope>()
let timer: NodeJS.Timeout | undefined

function look(): void {
  const now = performance.now()
  for (const scope of running) {
    if (scope.deadline > now) break
    running.delete(scope)
    scope.expire()
  }
  if (running.size > 0) return
  clearInterval(timer)
  timer = undefined
}

export function openCallScope(): CallScope {
  const scope = new Scope()
  running.add(scope)
  if (timer === undefined) {
    timer = setInterval(look, TICK_MS)
    timer.unref()
  }
  return scope
}
