import { gatewayError } from '../errors.ts'
import { CALL_DEADLINE_MS } from '../limits.ts'

/** The life of one call: ends by cancel or by its deadline. */
export interface CallScope extends Disposable {
  readonly signal: AbortSignal
  cancel(reason: string): void
}

export function openCallScope(): CallScope {
  const controller = new AbortController()
  const deadline = setTimeout(() => {
    controller.abort(
      gatewayError(
        'CALL_TIMEOUT',
        `Expected the call to finish within ${CALL_DEADLINE_MS} ms, found it still running.`,
      ),
    )
  }, CALL_DEADLINE_MS)
  return {
    signal: controller.signal,
    cancel: (reason) =>
      controller.abort(
        gatewayError('CALL_CANCELLED', `Expected the call to finish, found it cancelled: ${reason.slice(0, 200)}`),
      ),
    [Symbol.dispose]: () => clearTimeout(deadline),
  }
}
