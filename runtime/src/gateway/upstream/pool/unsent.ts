// What is known of a request that failed before it was sent. Kept beside the errors, not in them: it is nobody's
// business outside this host.

const unsent = new WeakMap<Error, 'tried' | 'waiting'>()

/**
 * Notes that a request which failed with `error` never left this host: `tried` in vain to reach the upstream, or
 * refused while `waiting` for the next attempt.
 */
export function noteUnsent<Failure extends Error>(error: Failure, how: 'tried' | 'waiting'): Failure {
  unsent.set(error, how)
  return error
}

/** Whether the request provably never left; sending it again cannot do anything twice. */
export function isUnsent(error: unknown): boolean {
  return error instanceof Error && unsent.has(error)
}

/** Whether nothing was even tried: such a failure says nothing new about the upstream. */
export function isUntried(error: unknown): boolean {
  return error instanceof Error && unsent.get(error) === 'waiting'
}
