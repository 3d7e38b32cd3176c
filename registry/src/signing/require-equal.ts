import { type SignatureLayer, signingError } from './errors.ts'

/** Refuses a statement about something else, naming layer, expected and found. */
export function requireEqual(layer: SignatureLayer, what: string, expected: string, found: string | undefined): void {
  if (expected === found) return
  throw signingError(
    'STATEMENT_MISMATCH',
    `Expected the ${what} in the statement of the ${layer} to be ${expected}, found ${found ?? 'none'}.`,
    {
      details: { layer, what, expected, found: found ?? 'none' },
    },
  )
}
