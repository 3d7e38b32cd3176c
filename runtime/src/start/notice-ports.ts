import { bundleDigest as digestSchema } from '@nexus/registry/contract'
import type { NoticePorts } from '../installations/follow-notices.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Foundation } from './open-foundation.ts'
import type { TrustChain } from './open-trust-chain.ts'

/** Checks a kept release from disk alone, with what is believed now. */
export function checkOf({ releases }: Pick<TrustChain, 'releases'>): NoticePorts['check'] {
  return (bundleDigest) => releases.open(digestSchema.parse(bundleDigest))
}

/** What the registry's log needs to stop what was revoked. */
export function noticePorts({ store, audit }: Foundation, chain: TrustChain, kernel: Kernel): NoticePorts {
  return { store, audit, kernel, notices: chain.notices, trust: chain.trust, check: checkOf(chain) }
}
