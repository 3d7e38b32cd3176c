import { publisherOf } from '@nexus/registry/signing'
import type { TrustRoot } from '@nexus/registry/contract'
import { describeChain } from './chain.ts'
import { installError } from './errors.ts'
import type { RegistryClient } from './registry-client.ts'
import type { ReleasePlan } from './release-store.ts'
import type { Trust } from './trust.ts'
import { requireRegistryKeys } from './trusted-keys.ts'
import { verifyChain } from './verify-chain.ts'

/**
 * Finds a release and verifies its whole chain before anybody is asked to agree to it. For a publisher that is pinned,
 * only the pinned keys count. For a new one the registry's word about its keys is taken for showing, and marked so.
 */
export async function planRelease(
  host: { readonly registry: RegistryClient; readonly trust: Trust },
  id: string,
  range: string,
  signal: AbortSignal | undefined,
): Promise<ReleasePlan> {
  const root = await host.registry.trustRoot(signal)
  await host.trust.applyRevocations(root)
  const detail = await host.registry.resolve(id, range, signal)
  if (detail.id !== id) {
    throw installError('REGISTRY_ANSWER_INVALID', `Expected an answer about ${id}, found one about ${detail.id}.`, {
      details: { layer: 'registry', expected: id, found: detail.id },
    })
  }
  const publisherId = publisherOf(id)
  const pinned = host.trust.publisher(publisherId)
  const keys = pinned?.keys ?? claimedKeys(root, publisherId)
  const bytes = await host.registry.download(detail.bundleDigest, signal)
  const verified = await verifyChain(detail, bytes, { publisher: keys, registry: requireRegistryKeys(host.trust) })
  const { bundleDigest, version } = detail
  return {
    id,
    version,
    bundleDigest,
    size: bytes.length,
    manifest: verified.contents.manifest,
    chain: describeChain({ bundleDigest, publisherId, ...verified, pinnedAt: pinned?.pinnedAt }),
    newSigner: pinned === undefined,
    signer: { publisherId, keys },
  }
}

function claimedKeys(root: TrustRoot, publisherId: string) {
  return root.publishers.find(({ id }) => id === publisherId)?.keys ?? []
}
