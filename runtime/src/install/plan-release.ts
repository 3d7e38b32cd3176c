import { publisherOf } from '@nexus/registry/signing'
import { installError } from './errors.ts'
import { holdingSigner } from './hold-signer.ts'
import type { RegistryClient } from './registry-client.ts'
import type { ReleasePlan } from './release-store.ts'
import { claimedSigners, requirePinned, requireRegistryKeys } from './trusted-keys.ts'
import { type ChainContext, verifyChain } from './verify-chain.ts'

/**
 * Finds a release and verifies its whole chain before anybody is asked to agree to it. For a publisher that is pinned,
 * only the pinned signers count. For a new one the registry's word about its signers is taken for showing, and marked so.
 */
export async function planRelease(
  registry: RegistryClient,
  context: ChainContext,
  id: string,
  range: string,
  signal: AbortSignal | undefined,
): Promise<ReleasePlan> {
  const { trust } = context
  requireRegistryKeys(trust)
  const root = await registry.trustRoot(signal)
  await trust.pinRegistry(root.registry)
  await trust.applyRevocations(root)
  const detail = await registry.resolve(id, range, signal)
  if (detail.id !== id) {
    throw installError('REGISTRY_ANSWER_INVALID', `Expected an answer about ${id}, found one about ${detail.id}.`, {
      details: { layer: 'registry', expected: id, found: detail.id },
    })
  }
  const publisherId = publisherOf(id)
  const isNew = trust.publisher(publisherId) === undefined
  const listed = claimedSigners(trust, root, publisherId)
  const signers = isNew ? listed : requirePinned(trust, publisherId)
  const bytes = await registry.download(detail.bundleDigest, signal)
  const verified = await holdingSigner(trust, detail, listed, () => verifyChain(context, detail, bytes, signers))
  return {
    id,
    version: detail.version,
    bundleDigest: detail.bundleDigest,
    size: bytes.length,
    manifest: verified.contents.manifest,
    chain: verified.links,
    policy: verified.refusals,
    newSigner: isNew,
    signer: { publisherId, keys: signers.keys, identities: signers.identities ?? [] },
  }
}
