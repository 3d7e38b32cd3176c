import type { BundleContents } from '../bundle/contents.ts'
import { registryError } from '../errors.ts'
import { CLOCK_SKEW_MS } from '../limits.ts'
import { getSigners } from '../publishers/get-publisher.ts'
import { checkSignerValidity } from '../signing/key-validity.ts'
import { publisherOf } from '../signing/subject.ts'
import { type VerifiedRelease, verifyRelease } from '../signing/verify-release.ts'
import type { RegistryStore } from '../store/open-store.ts'

/** Checks that the plugin's publisher signed exactly this bundle, with a signer that is valid now. */
export async function verifyPublisher(
  store: RegistryStore,
  { manifest, digests }: Pick<BundleContents, 'manifest' | 'digests'>,
  signature: unknown,
): Promise<VerifiedRelease> {
  const publisher = await getSigners(store, publisherOf(manifest.id))
  const claim = {
    id: manifest.id,
    version: manifest.version,
    bundleDigest: digests.bundle,
    manifestDigest: digests.manifest,
    toolsDigest: digests.tools,
  }
  const signed = verifyRelease(claim, signature, publisher)
  const now = Date.now()
  if (Date.parse(signed.predicate.signedAt) > now + CLOCK_SKEW_MS) {
    throw registryError(
      'RELEASE_SIGNED_IN_FUTURE',
      'Expected a signature of the past, found one of the future. Set the clock and sign again.',
    )
  }
  checkSignerValidity(signed.signer, new Date(now).toISOString(), 'publisher')
  return signed
}
