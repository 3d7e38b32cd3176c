import { NexusError, errorCode } from '@nexus/plugin-api'

interface ReadError {
  readonly code: string
  readonly message: string
  readonly requestId: string | undefined
  readonly errors: readonly { readonly path: string; readonly message: string }[]
}

/** The error as people read it: what happened, then the code and the request id that finds it in the log. */
export function errorLines(error: unknown): readonly string[] {
  const { code, message, requestId, errors } = readError(error)
  const reference = requestId === undefined ? code : `${code}, request ${requestId}`
  return [`${message} (${reference})`, ...errors.map((one) => `  ${one.path}: ${one.message}`)]
}

/** The same for programs. */
export function errorJson(error: unknown): object {
  const { code, message, requestId, errors } = readError(error)
  return {
    error: { code, message, ...(requestId !== undefined && { requestId }), ...(errors.length > 0 && { errors }) },
  }
}

function readError(error: unknown): ReadError {
  const message = error instanceof Error ? error.message : String(error)
  const details = error instanceof NexusError ? error.details : {}
  // The API says `errors`, the bundle reader says `issues`; both are a list of paths with what is wrong there.
  const { requestId, errors = details['issues'] } = details
  return {
    code: errorCode(error) ?? 'CLI_FAILED',
    message,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    errors: Array.isArray(errors) ? errors.flatMap(readIssue) : [],
  }
}

function readIssue(value: unknown): { readonly path: string; readonly message: string }[] {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('message' in value)) return []
  return [{ path: String(value.path), message: String(value.message) }]
}
