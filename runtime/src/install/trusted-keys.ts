import type { TrustRoot, TrustedKey } from '@nexus/registry/contract'
import type { TrustedSigners } from '@nexus/registry/signing'
import { installError } from './errors.ts'
import type { Trust } from './trust.ts'

/** The pinned registry's keys. */
export function requireRegistryKeys(trust: Trust): readonly TrustedKey[] {
  if (trust.registryKeys.length > 0) return trust.registryKeys
  throw installError(
    'TRUST_REGISTRY_UNKNOWN',
    'Expected a registry whose keys are pinned, found none. Pin the registry first.',
    { details: { layer: 'registry', expected: 'a pinned registry key', found: 'none' } },
  )
}

/** The signers of a publisher that is pinned. */
export function requirePinned(trust: Trust, id: string): TrustedSigners {
  const publisher = trust.publisher(id)
  if (publisher !== undefined) return { ...publisher, sigstore: trust.sigstore }
  throw installError(
    'TRUST_PUBLISHER_UNKNOWN',
    `Expected a publisher that this host trusts, found ${id}, which is new here. Confirm its keys first.`,
    { details: { layer: 'host', expected: 'a pinned publisher', found: id } },
  )
}

/** The signers that the registry lists for a publisher: for showing, never for installing. */
export function claimedSigners(trust: Trust, root: TrustRoot, publisherId: string): TrustedSigners {
  const publisher = root.publishers.find(({ id }) => id === publisherId)
  return { keys: publisher?.keys ?? [], identities: publisher?.identities ?? [], sigstore: trust.sigstore }
}
