import type { TrustedKey } from '../contract/keys.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { ENDORSEMENT_PREDICATE, endorsementStatement } from '../contract/statements.ts'
import { checkSignerValidity } from './key-validity.ts'
import { type SigningKey, keyIdOf } from './keys.ts'
import { requireEqual } from './require-equal.ts'
import { signingError } from './errors.ts'
import { signStatement } from './sign-statement.ts'
import { verifyEnvelope } from './verify-envelope.ts'

/** Says with a key that hosts know that this other key is the registry's too: how keys are rotated. */
export async function endorseKey(
  next: Pick<TrustedKey, 'keyId' | 'publicKey' | 'validFrom'>,
  known: SigningKey,
): Promise<SignatureBundle> {
  const statement = endorsementStatement.parse({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'registry-key', digest: { sha256: next.keyId } }],
    predicateType: ENDORSEMENT_PREDICATE,
    predicate: { publicKey: next.publicKey, validFrom: next.validFrom },
  })
  return await signStatement(statement, known)
}

/** The key that a known key of the registry endorses. A revoked key endorses nothing. */
export function verifyEndorsement(endorsement: unknown, known: readonly TrustedKey[]): TrustedKey {
  const { payload, signer } = verifyEnvelope(endorsement, { keys: known }, 'registry')
  const parsed = endorsementStatement.safeParse(payload)
  if (!parsed.success) {
    throw signingError('STATEMENT_MALFORMED', 'Expected a statement about a key of the registry, found another one.', {
      details: { layer: 'registry', expected: 'a statement about a key', found: 'another statement' },
    })
  }
  const { publicKey, validFrom } = parsed.data.predicate
  const keyId = keyIdOf(publicKey)
  requireEqual('registry', 'fingerprint of the next key', keyId, parsed.data.subject[0]?.digest.sha256)
  checkSignerValidity(signer, validFrom, 'registry')
  return { keyId, publicKey, validFrom }
}
