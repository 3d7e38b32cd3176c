import { randomUUID } from 'node:crypto'
import { NexusError } from '@nexus/plugin-api'
import type { Context, Next } from 'koa'
import type { Problem } from '../contract/problem.ts'
import { registryError } from '../errors.ts'
import { RETRY_AFTER_SECONDS } from '../limits.ts'
import type { RegistryLogger } from '../logger.ts'
import { drain } from './request-body.ts'
import { storageFull } from './storage-full.ts'

/** The only place where an error becomes an answer (RFC 9457). Unknown errors say nothing about the inside. */
export function answerProblems(logger: RegistryLogger) {
  return async (context: Context, next: Next): Promise<void> => {
    const requestId = randomUUID()
    context.set('x-request-id', requestId)
    context.set('x-content-type-options', 'nosniff')
    context.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    context.set('cache-control', 'no-store')
    try {
      await next()
      if (context.status === 404 && context.body === undefined) {
        throw registryError(
          'ROUTE_NOT_FOUND',
          'Expected a path of the registry API, found another. See /api/openapi.json.',
        )
      }
    } catch (thrown) {
      if (context.req.destroyed && !context.req.complete) {
        logger.info(
          { requestId, method: context.method, path: context.path },
          'A caller went away before its request was read.',
        )
        return
      }
      const error = toNexusError(thrown)
      await drain(context.req)
      if (error.fault === 'host') {
        logger.error(
          { requestId, code: error.code, method: context.method, path: context.path, reason: reasonOf(thrown) },
          'A request failed.',
        )
      }
      answer(context, toProblem(error, requestId))
    }
  }
}

function answer(context: Context, problem: Problem): void {
  context.status = problem.status
  if (problem.status === 401) {
    // What npm asks its user for is written here.
    const wantsCode = problem.code.startsWith('SECOND_FACTOR_')
    context.set('www-authenticate', wantsCode ? 'OTP' : 'Bearer realm="nexus-registry"')
  }
  if (problem.status === 429 || problem.status === 503) context.set('retry-after', String(RETRY_AFTER_SECONDS))
  // What is left of a refused body is not read: the connection ends with the answer.
  if (!context.req.complete) context.set('connection', 'close')
  context.set('content-type', 'application/problem+json')
  context.body = JSON.stringify(problem)
}

function toNexusError(thrown: unknown): NexusError {
  if (thrown instanceof NexusError) return thrown
  const full = storageFull(thrown)
  if (full !== undefined) return full
  return registryError(
    'INTERNAL',
    'Expected to answer, found an internal failure. Ask the operator, naming the request id.',
    { cause: thrown },
  )
}

function toProblem(error: NexusError, requestId: string): Problem {
  return {
    type: `urn:nexus:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(Object.keys(error.details).length === 0 ? {} : { details: { ...error.details } }),
  }
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown'
  const { cause } = thrown
  return cause instanceof Error ? `${thrown.message} (${cause.message})` : thrown.message
}
