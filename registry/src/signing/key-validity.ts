import type { TrustedKey } from '../contract/keys.ts'
import { type SignatureLayer, signingError } from './errors.ts'

/** Refuses a statement of a time at which its key was not valid, and everything by a revoked key. */
export function checkKeyValidity(key: TrustedKey, time: string, layer: SignatureLayer): void {
  const at = Date.parse(time)
  const tooEarly = at < Date.parse(key.validFrom)
  const tooLate = key.validUntil !== undefined && at > Date.parse(key.validUntil)
  if (key.revokedAt === undefined && !tooEarly && !tooLate) return
  throw signingError(
    'SIGNATURE_KEY_INVALID',
    `Expected a key of the ${layer} that was valid at ${time} and not revoked, found one that was not.`,
    { details: { layer, keyId: key.keyId, expected: validity(key), found: time } },
  )
}

function validity(key: TrustedKey): string {
  if (key.revokedAt !== undefined) return `revoked at ${key.revokedAt}`
  return `from ${key.validFrom} to ${key.validUntil ?? 'no end'}`
}
