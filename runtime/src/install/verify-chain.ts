import { type BundleContents, digestBundle, readBundle } from '@nexus/registry/bundle'
import type { ReleaseDetail, TrustedKey } from '@nexus/registry/contract'
import {
  type VerifiedAdmission,
  type VerifiedRelease as VerifiedSignature,
  checkSignerValidity,
  verifyAdmission,
  verifyRelease,
} from '@nexus/registry/signing'
import { installError } from './errors.ts'

/** What is known of a release before its bytes were looked at. Nothing of it is believed. */
export type ReleaseClaim = Pick<ReleaseDetail, 'id' | 'version' | 'bundleDigest' | 'signatures'>

/** Keys that count. */
export interface ChainKeys {
  readonly publisher: readonly TrustedKey[]
  readonly registry: readonly TrustedKey[]
}

export interface VerifiedSignatures {
  readonly signature: VerifiedSignature
  readonly admission: VerifiedAdmission
}

/** Checks both signatures over the digest: the publisher of the namespace, then the registry over that very signature. */
export function verifySignatures(claim: ReleaseClaim, keys: ChainKeys): VerifiedSignatures {
  const { id, version, bundleDigest } = claim
  const signature = verifyRelease({ id, version, bundleDigest }, claim.signatures.publish, { keys: keys.publisher })
  const admission = verifyAdmission(
    { id, version, bundleDigest },
    signature.bundle,
    claim.signatures.admission,
    keys.registry,
  )
  checkSignerValidity(signature.signer, admission.predicate.publishedAt, 'publisher')
  return { signature, admission }
}

/** Checks the whole chain, and reads the bundle only when everybody vouched for exactly these bytes. */
export async function verifyChain(
  claim: ReleaseClaim,
  bytes: Uint8Array,
  keys: ChainKeys,
): Promise<VerifiedSignatures & { readonly contents: BundleContents }> {
  const found = digestBundle(bytes)
  if (found !== claim.bundleDigest) {
    throw installError(
      'INSTALL_DIGEST_MISMATCH',
      `Expected the bytes of ${claim.id}@${claim.version} to be ${claim.bundleDigest}, found ${found}.`,
      {
        details: { layer: 'bytes', expected: claim.bundleDigest, found },
      },
    )
  }
  const verified = verifySignatures(claim, keys)
  const contents = await readBundle(bytes)
  const { predicate } = verified.signature
  requireSigned('plugin id', predicate.id, contents.manifest.id)
  requireSigned('version', predicate.version, contents.manifest.version)
  requireSigned('manifest digest', predicate.manifestDigest, contents.digests.manifest)
  requireSigned('tools digest', predicate.toolsDigest, contents.digests.tools)
  return { ...verified, contents }
}

function requireSigned(what: string, expected: string, found: string): void {
  if (expected === found) return
  throw installError(
    'INSTALL_MANIFEST_MISMATCH',
    `Expected the ${what} that the publisher signed, ${expected}, found ${found} in the bundle.`,
    {
      details: { layer: 'publisher', what, expected, found },
    },
  )
}
