import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { NexusError } from '@nexus/plugin-api'
import { registryError } from '../errors.ts'
import { storageFull } from '../http/storage-full.ts'
import { RETRY_AFTER_SECONDS } from '../limits.ts'
import type { RegistryLogger } from '../logger.ts'
import type { NpmAnswer } from './npm-request.ts'

/** Sends a JSON answer. */
export function sendAnswer(response: ServerResponse, answer: NpmAnswer, method: string | undefined): void {
  const bytes = Buffer.from(JSON.stringify(answer.body))
  response.writeHead(answer.status ?? 200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  })
  response.end(method === 'HEAD' ? undefined : bytes)
}

/** The only place where an error becomes an answer to an npm client, which shows `error` to people. */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  logger: RegistryLogger,
): void {
  const requestId = randomUUID()
  if (response.headersSent) {
    logger.warn({ requestId, reason: reasonOf(thrown) }, 'An answer could not be sent.')
    response.destroy()
    return
  }
  const error = toNexusError(thrown)
  if (error.fault === 'host') {
    logger.error({ requestId, code: error.code, method: request.method, reason: reasonOf(thrown) }, 'A request failed.')
  }
  const details = Object.keys(error.details).length === 0 ? {} : { details: error.details }
  sendAnswer(
    response,
    {
      status: error.status,
      headers: { 'x-request-id': requestId, ...headersOf(error), ...(request.complete ? {} : { connection: 'close' }) },
      body: { error: error.message, code: error.code, requestId, ...details },
    },
    request.method,
  )
}

function headersOf(error: NexusError): Readonly<Record<string, string>> {
  if (error.status === 401) {
    // What npm asks its user for is written here.
    const wantsCode = error.code.startsWith('SECOND_FACTOR_')
    return { 'www-authenticate': wantsCode ? 'OTP' : 'Bearer realm="nexus-registry"' }
  }
  return error.status === 429 || error.status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {}
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

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown'
  return thrown.cause instanceof Error ? `${thrown.message} (${thrown.cause.message})` : thrown.message
}
