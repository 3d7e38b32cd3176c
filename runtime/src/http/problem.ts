import { NexusError, errorCode } from '@nexus/plugin-api'
import type { Problem } from '../contract/index.ts'

/** Media type of every error of the API. Source: RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json'

/** The problem document of anything thrown. Faults of the host say nothing but their code: the log has the rest. */
export function problemOf(error: unknown, requestId: string): Problem {
  const { code, status, title, message, details } = readError(error)
  const detail =
    status === 500 ? `Something went wrong inside the host. The log has it under request ${requestId}.` : message
  const errors = readErrors(details['errors'])
  return {
    type: `urn:nexus:error:${code}`,
    title,
    status,
    detail,
    code,
    requestId,
    ...(errors !== undefined && { errors }),
  }
}

/** Seconds after which trying again makes sense, if the error says so. */
export function retryAfterOf(error: unknown): number | undefined {
  const seconds = readError(error).details['retryAfterSeconds']
  return typeof seconds === 'number' && Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined
}

interface ReadError {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

const UNKNOWN: ReadError = { code: 'INTERNAL', status: 500, title: 'Internal error', message: '', details: {} }

function readError(error: unknown): ReadError {
  const code = errorCode(error)
  // A coded error from another realm is no `NexusError` of ours, and a system error (`ENOENT`) has a code but no title.
  if (!(error instanceof Error) || code === undefined || !('title' in error) || !('status' in error)) return UNKNOWN
  const { title, status } = error
  if (typeof title !== 'string' || typeof status !== 'number' || status < 400 || status > 599) return UNKNOWN
  const details = error instanceof NexusError ? error.details : {}
  return { code, status, title, message: error.message, details }
}

function readErrors(value: unknown): Problem['errors'] {
  if (!Array.isArray(value)) return undefined
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('path' in entry) || !('message' in entry)) return []
    return [{ path: String(entry.path), message: String(entry.message) }]
  })
}
