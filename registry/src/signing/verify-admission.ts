import type { TrustedKey } from '../contract/keys.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { type AdmissionPredicate, admissionStatement } from '../contract/statements.ts'
import { requireEqual } from './require-equal.ts'
import { signingError } from './errors.ts'
import { checkSignerValidity } from './key-validity.ts'
import { digestSignature } from './sign-admission.ts'
import type { Signer } from './signers.ts'
import { type ReleaseSubject, purlOf } from './subject.ts'
import { verifyEnvelope } from './verify-envelope.ts'

/** A registry's statement that was checked. */
export interface VerifiedAdmission {
  readonly predicate: AdmissionPredicate
  readonly signer: Signer
}

/** Checks that the registry admitted exactly these bytes with exactly this signature of the publisher. */
export function verifyAdmission(
  subject: ReleaseSubject,
  publisherSignature: SignatureBundle,
  signature: unknown,
  registryKeys: readonly TrustedKey[],
): VerifiedAdmission {
  const { payload, signer } = verifyEnvelope(signature, { keys: registryKeys }, 'registry')
  const parsed = admissionStatement.safeParse(payload)
  if (!parsed.success) {
    throw signingError(
      'STATEMENT_MALFORMED',
      'Expected an admission statement signed by the registry, found another statement.',
      {
        details: { layer: 'registry', expected: 'an admission statement', found: 'another statement' },
      },
    )
  }
  const { predicate } = parsed.data
  const named = parsed.data.subject[0]
  requireEqual('registry', 'subject', purlOf(subject), named?.name)
  requireEqual('registry', 'bundle digest', subject.bundleDigest, `sha512:${named?.digest.sha512}`)
  requireEqual('registry', 'bundle digest', subject.bundleDigest, predicate.bundleDigest)
  requireEqual('registry', 'plugin id', subject.id, predicate.id)
  requireEqual('registry', 'version', subject.version, predicate.version)
  requireEqual(
    'registry',
    'publisher signature',
    digestSignature(publisherSignature),
    predicate.publisherSignatureDigest,
  )
  checkSignerValidity(signer, predicate.publishedAt, 'registry')
  return { predicate, signer }
}
