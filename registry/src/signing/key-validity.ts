import type { TrustedIdentity, TrustedKey } from '../contract/keys.ts'
import { type SignatureLayer, signingError } from './errors.ts'
import { type Signer, signerId } from './signers.ts'

/** Refuses a statement of a time at which its signer was not valid, and everything by one that was revoked. */
export function checkKeyValidity(key: TrustedKey | TrustedIdentity, time: string, layer: SignatureLayer): void {
  const at = Date.parse(time)
  const tooEarly = at < Date.parse(key.validFrom)
  const tooLate = key.validUntil !== undefined && at > Date.parse(key.validUntil)
  if (key.revokedAt === undefined && !tooEarly && !tooLate) return
  const kind = 'keyId' in key ? 'key' : 'identity'
  const found =
    key.revokedAt === undefined ? `one that was not valid at ${time}` : `one that was revoked at ${key.revokedAt}`
  throw signingError(
    kind === 'key' ? 'SIGNATURE_KEY_INVALID' : 'SIGNATURE_IDENTITY_INVALID',
    `Expected a ${kind} of the ${layer} that was valid at ${time} and not revoked, found ${found}.`,
    {
      details: {
        layer,
        ...('keyId' in key ? { keyId: key.keyId } : { identity: signerId(key) }),
        expected: validity(key),
        found: time,
      },
    },
  )
}

/** The same for whoever signed. */
export function checkSignerValidity(signer: Signer, time: string, layer: SignatureLayer): void {
  checkKeyValidity(signer.kind === 'key' ? signer.key : signer.identity, time, layer)
}

function validity(key: TrustedKey | TrustedIdentity): string {
  if (key.revokedAt !== undefined) return `revoked at ${key.revokedAt}`
  return `from ${key.validFrom} to ${key.validUntil ?? 'no end'}`
}
