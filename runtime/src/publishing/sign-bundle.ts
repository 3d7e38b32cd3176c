import type { BundleContents } from '@nexus/registry/bundle'
import type { SignatureBundle } from '@nexus/registry/contract'
import { signRelease } from '@nexus/registry/signing'

/** Signs what the strict reader found in a bundle, as its publisher: a key pair or an identity. */
export async function signContents(
  { manifest, digests }: Pick<BundleContents, 'manifest' | 'digests'>,
  signer: Parameters<typeof signRelease>[1],
): Promise<SignatureBundle> {
  return await signRelease(
    {
      id: manifest.id,
      version: manifest.version,
      bundleDigest: digests.bundle,
      manifestDigest: digests.manifest,
      toolsDigest: digests.tools,
    },
    signer,
  )
}
