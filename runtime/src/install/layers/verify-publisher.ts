import {
  type TrustedSigners,
  type VerifiedRelease,
  publisherOf,
  signerName,
  verifyRelease,
} from '@nexus/registry/signing'
import type { ChainLink } from '../../contract/index.ts'
import type { ReleaseClaim } from '../release-claim.ts'

/** Did the publisher of the namespace sign exactly these bytes as this version? */
export function verifyPublisher(
  { id, version, bundleDigest, signatures }: ReleaseClaim,
  signers: TrustedSigners,
): { readonly signature: VerifiedRelease; readonly link: ChainLink } {
  const signature = verifyRelease({ id, version, bundleDigest }, signatures.publish, signers)
  const { signer, predicate } = signature
  const isKey = signer.kind === 'key'
  return {
    signature,
    link: {
      layer: 'publisher',
      state: 'verified',
      by: signerName(signer),
      at: isKey ? predicate.signedAt : signer.witnessedAt,
      detail: `Signed by ${isKey ? 'a key' : 'an identity'} of ${publisherOf(id)}.`,
    },
  }
}
