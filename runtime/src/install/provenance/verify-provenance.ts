import { type SigstoreTrust, type VerifiedProvenance, verifyProvenance as verify } from '@nexus/registry/signing'
import type { ChainLink } from '../../contract/index.ts'
import type { ReleaseClaim } from '../release-claim.ts'

/** Characters of a commit that people compare. */
const COMMIT_DIGITS = 12

/**
 * Does a build service vouch for where these bytes come from? Provenance that does not hold is a refusal; a release
 * without one, or a host that knows nobody who vouches for builds, is for the policy to judge.
 */
export function verifyProvenance(
  { id, version, bundleDigest, signatures }: ReleaseClaim,
  trust: SigstoreTrust | undefined,
): { readonly provenance: VerifiedProvenance; readonly link: ChainLink } | undefined {
  if (signatures.provenance === undefined || trust === undefined) return undefined
  const provenance = verify({ id, version, bundleDigest }, signatures.provenance, trust)
  const { builder, repository, commit, witnessedAt } = provenance
  const at = commit === undefined ? '' : ` at ${commit.slice(0, COMMIT_DIGITS)}`
  return {
    provenance,
    link: {
      layer: 'provenance',
      state: 'verified',
      by: builder,
      at: witnessedAt,
      detail: `Built from ${repository}${at}, as the build service vouches.`,
    },
  }
}
