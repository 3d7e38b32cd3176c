import type { ChainLink } from '../../contract/index.ts'
import type { ReleaseClaim } from '../release-claim.ts'
import { hostTufError } from './errors.ts'

/** The path of a release among the targets. */
export function targetPathOf({ id, version }: Pick<ReleaseClaim, 'id' | 'version'>): string {
  return `plugins/${id}/${version}.tgz`
}

/** Checks that the metadata list this release with exactly these bytes. */
export function verifyTuf(
  claim: ReleaseClaim,
  target: { readonly length: number; readonly sha512: string } | undefined,
  root: { readonly version: number },
): ChainLink {
  const path = targetPathOf(claim)
  if (target === undefined) {
    throw hostTufError(
      'TUF_TARGET_MISSING',
      `Expected ${path} among the releases that count, found that it is not. It was revoked, or never published.`,
      {
        details: { layer: 'tuf', expected: path, found: 'not listed' },
      },
    )
  }
  const found = `sha512:${target.sha512}`
  if (found !== claim.bundleDigest) {
    throw hostTufError('TUF_TARGET_OTHER', `Expected ${path} to be listed as ${claim.bundleDigest}, found ${found}.`, {
      details: { layer: 'tuf', expected: claim.bundleDigest, found },
    })
  }
  return {
    layer: 'tuf',
    state: 'verified',
    by: `root ${root.version}`,
    detail: 'Listed among the releases that count, under the root that this host pinned.',
  }
}
