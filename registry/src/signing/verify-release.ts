import type { FileDigest } from '../bundle/digest.ts'
import type { TrustedKey } from '../contract/keys.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { type PublishPredicate, publishStatement } from '../contract/statements.ts'
import { requireEqual } from './require-equal.ts'
import { signingError } from './errors.ts'
import { checkKeyValidity } from './key-validity.ts'
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
  readonly key: TrustedKey
  readonly bundle: SignatureBundle
}

/**
 * Checks that the publisher of the namespace signed exactly these bytes as this version. The signature alone does not
 * say so: DSSE verification ignores the artifact, so name and digests are compared here.
 */
export function verifyRelease(
  claim: ReleaseClaim,
  signature: unknown,
  publisherKeys: readonly TrustedKey[],
): VerifiedRelease {
  const { payload, key, bundle } = verifyEnvelope(signature, publisherKeys, 'publisher')
  const parsed = publishStatement.safeParse(payload)
  if (!parsed.success) {
    throw signingError(
      'STATEMENT_MALFORMED',
      'Expected a publish statement signed by the publisher, found another statement.',
      {
        details: { layer: 'publisher' },
      },
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
  checkKeyValidity(key, predicate.signedAt, 'publisher')
  return { predicate, key, bundle }
}
