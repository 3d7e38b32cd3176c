import { readBundle } from '@nexus/registry/bundle'
import type { ProvenanceBundle, ReleaseDetail } from '@nexus/registry/contract'
import { type SigningKey, publisherOf } from '@nexus/registry/signing'
import type { RegistryClient } from '../install/index.ts'
import { publishingError } from './errors.ts'
import { type PublisherFile, signingKeyOf } from './publisher-file.ts'
import { withRegistryWords } from './registry-words.ts'
import { signContents } from './sign-bundle.ts'

/**
 * Reads a packed plugin as strictly as the registry will, signs it as its publisher, uploads it and makes the release.
 * Fails with the code of the rule that the bundle breaks, `PUBLISHER_NAMESPACE`, or the registry's own code.
 */
export async function publishBundle(
  registry: RegistryClient,
  publisher: PublisherFile,
  bundle: Uint8Array,
  /** Absent: the one in the credentials, which must not be sealed. */
  key?: SigningKey,
  /** Where a build service says that it was built. */
  provenance?: ProvenanceBundle,
): Promise<ReleaseDetail> {
  const contents = await readBundle(bundle)
  const { id } = contents.manifest
  checkNamespace(id, publisher.publisher)
  const signature = await signContents(contents, key ?? signingKeyOf(publisher))
  return await withRegistryWords(registry.publish(publisher.token, { id, bundle, signature, provenance }))
}

/** Fails with `PUBLISHER_NAMESPACE` for a plugin of another publisher. */
export function checkNamespace(id: string, publisher: string): void {
  const owner = publisherOf(id)
  if (owner === publisher) return
  throw publishingError(
    'PUBLISHER_NAMESPACE',
    `Expected a plugin of ${publisher}, found ${id}. Publish it with the credentials of ${owner}.`,
  )
}
