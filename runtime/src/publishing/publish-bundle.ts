import { readBundle } from '@nexus/registry/bundle'
import type { ReleaseDetail } from '@nexus/registry/contract'
import { signRelease } from '@nexus/registry/signing'
import type { RegistryClient } from '../install/index.ts'
import { type PublisherFile, signingKeyOf } from './publisher-file.ts'

/** Reads a packed plugin as strictly as the registry will, signs it as its publisher, uploads it and makes the release. */
export async function publishBundle(
  registry: RegistryClient,
  publisher: PublisherFile,
  bundle: Uint8Array,
): Promise<ReleaseDetail> {
  const { manifest, digests } = await readBundle(bundle)
  const signature = await signRelease(
    {
      id: manifest.id,
      version: manifest.version,
      bundleDigest: digests.bundle,
      manifestDigest: digests.manifest,
      toolsDigest: digests.tools,
    },
    signingKeyOf(publisher),
  )
  return await registry.publish(publisher.token, { id: manifest.id, bundle, signature })
}
