import { NexusError } from '@nexus/plugin-api'
import { gatewayError } from './errors.ts'

/** Why a call was aborted, as a coded error: the reason itself when it has a code, else `CALL_CANCELLED`. */
export function abortError(signal: AbortSignal): NexusError {
  const reason: unknown = signal.reason
  if (reason instanceof NexusError) return reason
  return gatewayError('CALL_CANCELLED', 'Expected the call to finish, found it cancelled by the caller.')
}

/** Rejects as soon as `signal` aborts; the work itself goes on and its late outcome is ignored. */
export function orAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  if (signal.aborted) return Promise.reject(abortError(signal))
  return new Promise((resolve, reject) => {
    const stop = () => reject(abortError(signal))
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
