import type { TrustedKey } from '@nexus/registry/contract'
import {
  type VerifiedAdmission,
  type VerifiedRelease,
  checkSignerValidity,
  integrityOf,
  signerName,
  verifyAdmission,
  verifyDist,
} from '@nexus/registry/signing'
import type { ChainLink } from '../../contract/index.ts'
import type { ReleaseClaim } from '../release-claim.ts'

/**
 * Did the pinned registry admit exactly these bytes with exactly this signature of the publisher, whose signer was valid
 * then? Where it signed as npm's registry does as well, that must hold too.
 */
export function verifyRegistry(
  { id, version, bundleDigest, signatures, distSignature }: ReleaseClaim,
  { bundle, signer }: VerifiedRelease,
  keys: readonly TrustedKey[],
): { readonly admission: VerifiedAdmission; readonly link: ChainLink } {
  const admission = verifyAdmission({ id, version, bundleDigest }, bundle, signatures.admission, keys)
  const { publishedAt, scan } = admission.predicate
  checkSignerValidity(signer, publishedAt, 'publisher')
  if (distSignature !== undefined) {
    verifyDist({ name: `@${id}`, version, integrity: integrityOf(bundleDigest) }, distSignature, keys, publishedAt)
  }
  const checks =
    scan === undefined
      ? ''
      : scan.findings === 0
        ? ' Its checks found nothing.'
        : ` Its checks found ${scan.findings} things to read.`
  return {
    admission,
    link: {
      layer: 'registry',
      state: 'verified',
      by: signerName(admission.signer),
      at: publishedAt,
      detail: `Admitted and countersigned by the registry that this host trusts.${checks}`,
    },
  }
}
