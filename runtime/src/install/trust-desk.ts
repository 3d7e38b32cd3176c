import type { TrustRoot, TrustedIdentity, TrustedKey } from '@nexus/registry/contract'
import { signerId } from '@nexus/registry/signing'
import type { OfferedSigners, SignerDecision, TrustPolicyChange, TrustPolicyView } from '../contract/index.ts'
import { installError } from './errors.ts'
import type { PolicyStore } from './policy/open-policy.ts'
import type { PendingSigner } from './trust-file.ts'
import type { Trust } from './trust.ts'

/** Where people say whom and what this host believes. */
export interface TrustDesk {
  view(): TrustPolicyView
  changePolicy(change: TrustPolicyChange): Promise<void>
  /** What the registry says about signers of a publisher: for comparing with the publisher's own word. */
  offered(publisherId: string): Promise<OfferedSigners>
  /** Pins exactly these of them. Fails with `TRUST_SIGNER_UNKNOWN` when the registry lists one of them not. */
  pin(publisherId: string, signers: readonly string[]): Promise<void>
  /** Takes the trust in all signers, or in these, back. */
  unpin(publisherId: string, signers?: readonly string[]): Promise<void>
  /** Accepts or rejects a signer that waits. */
  decide(decisionId: string, accept: boolean): Promise<PendingSigner>
  setSigstoreRoot(trustedRoot: Readonly<Record<string, unknown>>): Promise<void>
}

export function createTrustDesk(ports: {
  readonly trust: Trust
  readonly policy: PolicyStore
  readonly trustRoot: () => Promise<TrustRoot>
}): TrustDesk {
  const { trust, policy } = ports
  const listed = async (publisherId: string): Promise<readonly (TrustedKey | TrustedIdentity)[]> => {
    const found = (await ports.trustRoot()).publishers.find(({ id }) => id === publisherId)
    if (found !== undefined) return [...found.keys, ...(found.identities ?? [])]
    throw installError(
      'TRUST_PUBLISHER_UNKNOWN',
      `Expected a publisher of the registry, found none named ${publisherId}.`,
    )
  }
  return {
    view: () => ({ policy: policy.policy, decisions: trust.decisions.map(decisionView) }),
    changePolicy: async (change) => void (await policy.set(change)),
    async offered(publisherId) {
      const pinned = trust.publisher(publisherId)
      const own = new Set([...(pinned?.keys ?? []), ...(pinned?.identities ?? [])].map(signerId))
      const signers = (await listed(publisherId)).filter(({ revokedAt }) => revokedAt === undefined)
      return {
        publisherId,
        signers: signers.map((signer) => ({
          signer: signerId(signer),
          kind: kindOf(signer),
          pinned: own.has(signerId(signer)),
        })),
      }
    },
    async pin(publisherId, signers) {
      const offered = await listed(publisherId)
      const chosen = signers.map(
        (wanted) => offered.find((signer) => signerId(signer) === wanted) ?? refuse(publisherId, wanted),
      )
      const keys = chosen.filter((signer) => 'keyId' in signer)
      const identities = chosen.flatMap((signer) => ('keyId' in signer ? [] : [signer]))
      await trust.pinPublisher(publisherId, keys, identities)
    },
    unpin: (publisherId, signers) => trust.unpinPublisher(publisherId, signers),
    async decide(decisionId, accept) {
      const decision = trust.decisions.find(({ id }) => id === decisionId)
      await trust.decide(decisionId, accept)
      if (decision !== undefined) return decision
      throw new TypeError('Expected a decision that was just made.')
    },
    setSigstoreRoot: (trustedRoot) => trust.setSigstoreRoot(trustedRoot),
  }
}

function decisionView({
  id,
  publisherId,
  signer,
  identity,
  pluginId,
  version,
  seenAt,
  state,
}: PendingSigner): SignerDecision {
  const kind = identity === undefined ? 'key' : 'identity'
  return { id, publisherId, signer, kind, pluginId, version, seenAt, state }
}

function kindOf(signer: TrustedKey | TrustedIdentity): 'key' | 'identity' {
  return 'keyId' in signer ? 'key' : 'identity'
}

function refuse(publisherId: string, wanted: string): never {
  throw installError(
    'TRUST_SIGNER_UNKNOWN',
    `Expected a signer that the registry lists for ${publisherId}, found ${wanted}. Look at what it lists: nexus trust show ${publisherId}`,
  )
}
