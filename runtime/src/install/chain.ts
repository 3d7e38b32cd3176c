import {
  type VerifiedAdmission,
  type VerifiedRelease as VerifiedSignature,
  signerName,
} from '@nexus/registry/signing'
import type { ChainLink } from '../contract/index.ts'

/** What was verified about a release, link by link, in the order in which it was checked. */
export function describeChain(facts: {
  readonly bundleDigest: string
  readonly publisherId: string
  readonly signature: VerifiedSignature
  readonly admission: VerifiedAdmission
  /** When the publisher's key was pinned on this host; `undefined` when it is new here. */
  readonly pinnedAt: string | undefined
}): readonly ChainLink[] {
  const { bundleDigest, publisherId, signature, admission, pinnedAt } = facts
  return [
    {
      layer: 'bytes',
      state: 'verified',
      by: bundleDigest,
      detail: 'The bytes have exactly the digest that was signed.',
    },
    {
      layer: 'publisher',
      state: 'verified',
      by: signerName(signature.signer),
      at: signature.predicate.signedAt,
      detail: `Signed by a key of ${publisherId}.`,
    },
    {
      layer: 'registry',
      state: 'verified',
      by: signerName(admission.signer),
      at: admission.predicate.publishedAt,
      detail: 'Admitted and countersigned by the registry that this host trusts.',
    },
    pinnedAt === undefined
      ? { layer: 'host', state: 'unknown', by: '', detail: `This host does not know the keys of ${publisherId} yet.` }
      : {
          layer: 'host',
          state: 'verified',
          by: 'trust.json',
          at: pinnedAt,
          detail: `The keys of ${publisherId} are pinned on this host.`,
        },
  ]
}
