import type { Principal } from '../identity/principal.ts'
import { vouchingError } from './host-key.ts'

/** The person behind a principal. Plugins and the host itself have no opinion. */
export function requirePerson({ userId }: Principal): string {
  if (userId !== undefined) return userId
  throw vouchingError('REVIEW_NO_PERSON', 'Expected a person or a token of one, found neither. Sign in.')
}
