import { gatewayError } from '../../errors.ts'
import type { UpstreamRequest } from '../upstream.ts'

/** Sends a request with a deadline of its upstream's own; the call's deadline holds as well. */
export async function withDeadline<Result>(
  request: UpstreamRequest,
  label: string,
  ms: number,
  send: (bounded: UpstreamRequest) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const follow = () => controller.abort(request.signal.reason)
  const timer = setTimeout(() => {
    const problem = `Expected ${label} to answer within ${ms} ms (callMs), found it still working.`
    controller.abort(gatewayError('CALL_TIMEOUT', problem, { details: { limit: 'callMs', value: ms } }))
  }, ms)
  if (request.signal.aborted) follow()
  else request.signal.addEventListener('abort', follow, { once: true })
  try {
    return await send({ ...request, signal: controller.signal })
  } finally {
    clearTimeout(timer)
    request.signal.removeEventListener('abort', follow)
  }
}
