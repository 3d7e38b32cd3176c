import { readBundle } from '@nexus/registry/bundle'
import type { ReleaseDetail } from '@nexus/registry/contract'
import { publisherOf, signRelease } from '@nexus/registry/signing'
import type { RegistryClient } from '../install/index.ts'
import { publishingError } from './errors.ts'
import { type PublisherFile, signingKeyOf } from './publisher-file.ts'
import { withRegistryWords } from './registry-words.ts'

/**
 * Reads a packed plugin as strictly as the registry will, signs it as its publisher, uploads it and makes the release.
 * Fails with the code of the rule that the bundle breaks, `PUBLISHER_NAMESPACE`, or the registry's own code.
 */
export async function publishBundle(
  registry: RegistryClient,
  publisher: PublisherFile,
  bundle: Uint8Array,
): Promise<ReleaseDetail> {
  const { manifest, digests } = await readBundle(bundle)
  if (publisherOf(manifest.id) !== publisher.publisher) {
    throw publishingError(
      'PUBLISHER_NAMESPACE',
      `Expected a plugin of ${publisher.publisher}, found ${manifest.id}. Publish it with the credentials of ${publisherOf(manifest.id)}.`,
    )
  }
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
  return await withRegistryWords(registry.publish(publisher.token, { id: manifest.id, bundle, signature }))
}
