import type { FileDigest } from '../bundle/digest.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { type PublishPredicate, publishStatement } from '../contract/statements.ts'
import { requireEqual } from './require-equal.ts'
import { signingError } from './errors.ts'
import { checkSignerValidity } from './key-validity.ts'
import type { Signer, TrustedSigners } from './signers.ts'
import { type ReleaseSubject, publisherOf, purlOf } from './subject.ts'
import { verifyEnvelope } from './verify-envelope.ts'

/** A release to check: `manifestDigest` and `toolsDigest` are compared when the bundle has been read already. */
export interface ReleaseClaim extends ReleaseSubject {
  readonly manifestDigest?: FileDigest
  readonly toolsDigest?: FileDigest
}

/** A publisher's statement that was checked. */
export interface VerifiedRelease {
  readonly predicate: PublishPredicate
  readonly signer: Signer
  readonly bundle: SignatureBundle
}

/**
 * Checks that the publisher of the namespace signed exactly these bytes as this version. The signature alone does not
 * say so: DSSE verification ignores the artifact, so name and digests are compared here.
 */
export function verifyRelease(claim: ReleaseClaim, signature: unknown, publisher: TrustedSigners): VerifiedRelease {
  const { payload, signer, bundle } = verifyEnvelope(signature, publisher, 'publisher')
  const parsed = publishStatement.safeParse(payload)
  if (!parsed.success) {
    throw signingError(
      'STATEMENT_MALFORMED',
      'Expected a publish statement signed by the publisher, found another statement.',
      { details: { layer: 'publisher', expected: 'a publish statement', found: 'another statement' } },
    )
  }
  const { predicate, subject } = parsed.data
  requireEqual('publisher', 'subject', purlOf(claim), subject[0]?.name)
  requireEqual('publisher', 'bundle digest', claim.bundleDigest, `sha512:${subject[0]?.digest.sha512}`)
  requireEqual('publisher', 'plugin id', claim.id, predicate.id)
  requireEqual('publisher', 'version', claim.version, predicate.version)
  requireEqual('publisher', 'publisher', publisherOf(claim.id), predicate.publisher)
  if (claim.manifestDigest !== undefined)
    requireEqual('publisher', 'manifest digest', claim.manifestDigest, predicate.manifestDigest)
  if (claim.toolsDigest !== undefined)
    requireEqual('publisher', 'tools digest', claim.toolsDigest, predicate.toolsDigest)
  // An identity's time was witnessed; a key's is the signer's own word, which the admission bounds.
  checkSignerValidity(signer, signer.kind === 'identity' ? signer.witnessedAt : predicate.signedAt, 'publisher')
  return { predicate, signer, bundle }
}
