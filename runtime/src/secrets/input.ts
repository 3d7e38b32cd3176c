import { z } from 'zod'
import { secretsError } from './errors.ts'
import { VALUE_BYTES } from './limits.ts'

const secretName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,79}$/)
const secretValue = z
  .string()
  .min(1)
  .refine((value) => value.isWellFormed() && Buffer.byteLength(value) <= VALUE_BYTES)

export function readSecretName(name: unknown): string {
  const parsed = secretName.safeParse(name)
  if (parsed.success) return parsed.data
  throw secretsError(
    'SECRETS_NAME_INVALID',
    'Expected a name of 1 to 80 letters, digits, `_`, `.` or `-` that begins with a letter, found another. Choose such a name.',
  )
}

/** The error never repeats the value. */
export function readSecretValue(value: unknown): string {
  const parsed = secretValue.safeParse(value)
  if (parsed.success) return parsed.data
  throw secretsError(
    'SECRETS_VALUE_INVALID',
    `Expected a text of 1 to ${VALUE_BYTES} bytes, found none or a larger one. Store a reference to large data instead.`,
  )
}
