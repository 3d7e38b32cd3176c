import { NexusError, errorCode } from '@nexus/plugin-api'
import { type TrustedSigners, publisherOf, signerId, verifyRelease } from '@nexus/registry/signing'
import type { ReleaseClaim } from './release-claim.ts'
import type { Trust } from './trust.ts'

const UNKNOWN_SIGNER = ['SIGNATURE_KEY_UNKNOWN', 'SIGNATURE_IDENTITY_UNKNOWN']

/**
 * Runs a check that believes pinned signers only. When a known publisher's release is signed by another signer that the
 * registry lists for it, the refusal stands, and a person is asked: the signer waits for a decision, and the error says
 * which.
 */
export async function holdingSigner<Result>(
  trust: Trust,
  claim: ReleaseClaim,
  listed: TrustedSigners,
  check: () => Promise<Result>,
): Promise<Result> {
  try {
    return await check()
  } catch (error) {
    if (!(error instanceof NexusError) || !UNKNOWN_SIGNER.includes(errorCode(error) ?? '')) throw error
    const publisherId = publisherOf(claim.id)
    const found = trust.publisher(publisherId) === undefined ? undefined : signerAmong(claim, listed)
    if (found === undefined) throw error
    const { id: pluginId, version } = claim
    const decision = await trust.holdSigner({
      publisherId,
      signer: signerId(found),
      pluginId,
      version,
      ...keyOrIdentity(found),
    })
    const { code, fault, status, title, details } = error
    const advice =
      decision.state === 'rejected'
        ? 'This signer was rejected here before.'
        : `The registry says that it is one of ${publisherId}'s. Ask the publisher, then decide: nexus trust decide ${decision.id}`
    throw new NexusError(code, `${error.message} ${advice}`, {
      fault,
      status,
      title,
      details: { ...details, decisionId: decision.id, decision: decision.state },
      cause: error,
    })
  }
}

type Found = TrustedSigners['keys'][number] | NonNullable<TrustedSigners['identities']>[number]

/** Who of those that the registry lists signed this release: checked, not believed. */
function signerAmong(
  { id, version, bundleDigest, signatures }: ReleaseClaim,
  listed: TrustedSigners,
): Found | undefined {
  try {
    const { signer } = verifyRelease({ id, version, bundleDigest }, signatures.publish, listed)
    return signer.kind === 'key' ? signer.key : signer.identity
  } catch {
    // Nobody that the registry knows either: the refusal stands as it is.
    return undefined
  }
}

function keyOrIdentity(found: Found) {
  return 'keyId' in found ? { key: found } : { identity: found }
}
