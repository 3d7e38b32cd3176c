import { digestBundle } from '@nexus/registry/bundle'
import type { ChainLink } from '../../contract/index.ts'
import { installError } from '../errors.ts'
import type { ReleaseClaim } from '../release-claim.ts'

/** Are these the bytes that everybody speaks about? */
export function verifyBytes(claim: ReleaseClaim, bytes: Uint8Array): ChainLink {
  const found = digestBundle(bytes)
  if (found === claim.bundleDigest) return bytesLink(claim)
  throw installError(
    'INSTALL_DIGEST_MISMATCH',
    `Expected the bytes of ${claim.id}@${claim.version} to be ${claim.bundleDigest}, found ${found}.`,
    { details: { layer: 'bytes', expected: claim.bundleDigest, found } },
  )
}

/** The link for bytes that were compared already. */
export function bytesLink({ bundleDigest }: ReleaseClaim): ChainLink {
  const detail = 'The bytes have exactly the digest that was signed.'
  return { layer: 'bytes', state: 'verified', by: bundleDigest, detail }
}
