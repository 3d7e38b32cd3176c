import { errorCode } from '@nexus/plugin-api'
import { RECHECK_MS } from '../limits.ts'
import { onGone } from './answer.ts'
import type { EdgeRequest } from './edge-context.ts'
import { transportStatus } from './rpc-error.ts'

/**
 * Ends an event stream whose client may not be here any more: a token that was revoked or has expired, a person who was
 * disabled. A stream lives for hours; who opened it was asked once.
 */
export function keepAccess({ response, recheck }: Pick<EdgeRequest, 'response' | 'recheck'>): void {
  const timer = setInterval(() => {
    recheck().catch((error: unknown) => {
      const status = transportStatus(error)
      // A store that does not answer for a moment has refused nobody.
      if (status === 401 || status === 403 || errorCode(error) === 'VIRTUAL_SERVER_UNKNOWN') response.destroy()
    })
  }, RECHECK_MS)
  timer.unref()
  onGone(response, () => clearInterval(timer))
}
