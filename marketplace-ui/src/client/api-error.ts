import type { Problem } from '@nexus/runtime/contract'

/** A request that did not succeed: the host's problem document, or one of ours when the host did not answer. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, cause?: unknown) {
    super(problem.detail, { cause })
    this.name = 'ApiError'
    this.problem = problem
  }
}

/** A problem made on this side, when there is no answer to show. */
export function localProblem(code: 'OFFLINE' | 'NO_ANSWER' | 'BAD_ANSWER', status: number): Problem {
  return { type: 'about:blank', title: code, status, detail: code, code, requestId: '' }
}

/** The problem behind anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem
  return { ...localProblem('BAD_ANSWER', 0), detail: error instanceof Error ? error.message : String(error) }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Is this JSON a problem document? The one place where an answer's shape is checked by hand. */
export function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'detail' in value &&
    typeof value.detail === 'string' &&
    'requestId' in value &&
    typeof value.requestId === 'string'
  )
}
