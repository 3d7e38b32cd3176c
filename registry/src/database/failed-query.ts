import { QueryFailedError } from 'typeorm'

/** Parameters may be secrets; whoever prints the error would print them too. */
export function withoutParameters(error: unknown): unknown {
  if (error instanceof QueryFailedError) Object.assign(error, { parameters: [] })
  return error
}

const UNIQUE_CODES = new Set(['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'])

/** True when a statement failed because a row with this key exists already. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof QueryFailedError &&
    'code' in error &&
    typeof error.code === 'string' &&
    UNIQUE_CODES.has(error.code)
  )
}
