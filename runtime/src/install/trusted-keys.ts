import type { TrustedKey } from '@nexus/registry/contract'
import { installError } from './errors.ts'
import type { PinnedPublisher, Trust } from './trust.ts'

/** The pinned registry's keys. */
export function requireRegistryKeys(trust: Trust): readonly TrustedKey[] {
  if (trust.registryKeys.length > 0) return trust.registryKeys
  throw installError(
    'TRUST_REGISTRY_UNKNOWN',
    'Expected a registry whose keys are pinned, found none. Pin the registry first.',
    {
      details: { layer: 'registry', expected: 'a pinned registry key', found: 'none' },
    },
  )
}

/** A publisher whose keys are pinned. */
export function requirePinned(trust: Trust, id: string): PinnedPublisher {
  const publisher = trust.publisher(id)
  if (publisher !== undefined) return publisher
  throw installError(
    'TRUST_PUBLISHER_UNKNOWN',
    `Expected a publisher that this host trusts, found ${id}, which is new here. Confirm its keys first.`,
    {
      details: { layer: 'host', expected: 'a pinned publisher', found: id },
    },
  )
}
