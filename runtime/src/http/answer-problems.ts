import { randomUUIDv7 } from 'node:crypto'
import type { Context, Middleware, Next } from 'koa'
import type { Logger } from '../telemetry/index.ts'
import { httpError } from './errors.ts'
import { PROBLEM_TYPE, problemOf, retryAfterOf } from './problem.ts'

/**
 * Gives each request its id and turns whatever went wrong into a problem document. The id is always our own: one that a
 * caller sends could be chosen to look like somebody else's in the audit trail.
 */
export function answerProblems(logger: Logger): Middleware {
  return async (ctx: Context, next: Next) => {
    const requestId = randomUUIDv7()
    ctx.state['requestId'] = requestId
    ctx.set('X-Request-Id', requestId)
    try {
      await next()
      if (ctx.status >= 400 && ctx.body === undefined) throw unanswered(ctx)
    } catch (error) {
      const problem = problemOf(error, requestId)
      if (problem.status === 500)
        logger.error({ err: error, requestId, method: ctx.method, path: ctx.path }, 'A request failed')
      const retryAfter = retryAfterOf(error)
      if (retryAfter !== undefined) ctx.set('Retry-After', String(retryAfter))
      if (problem.status === 401) ctx.set('WWW-Authenticate', 'Bearer realm="nexus"')
      // What is left of an unread body would be taken for the next request.
      if (!ctx.req.complete) ctx.set('Connection', 'close')
      ctx.set('Cache-Control', 'no-store')
      ctx.status = problem.status
      ctx.body = JSON.stringify(problem)
      ctx.type = PROBLEM_TYPE
    }
  }
}

/** The router leaves only a status behind when a path or a method is not served. */
function unanswered(ctx: Context) {
  const allowed = ctx.response.get('Allow')
  if (ctx.status === 405) return httpError('HTTP_METHOD', `Expected one of ${allowed}, found ${ctx.method}.`)
  if (ctx.status === 501)
    return httpError('HTTP_METHOD_UNKNOWN', 'Expected a method of HTTP that this host serves, found another one.')
  if (ctx.status === 404) return httpError('HTTP_NOT_FOUND', 'Expected a path that is served here, found another one.')
  return httpError('HTTP_REQUEST_MALFORMED', 'Expected a request that can be read, found another one.')
}
