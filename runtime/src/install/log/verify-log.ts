import { digestSignature } from '@nexus/registry/signing'
import type { LoggedRecord } from '@nexus/registry/contract'
import { type CheckpointKey, type VerifiedLogEntry, verifyLogged } from '@nexus/registry/log'
import type { ChainLink } from '../../contract/index.ts'
import type { ReleaseClaim } from '../release-claim.ts'
import { hostLogError } from './errors.ts'

/**
 * Checks that the log says of exactly this release that it was published, with exactly these signatures. Whether the
 * checkpoint goes with those that this host has seen is checked where they are remembered.
 */
export function verifyLog(
  claim: ReleaseClaim,
  logged: LoggedRecord,
  key: CheckpointKey,
): { readonly link: ChainLink; readonly entry: VerifiedLogEntry } {
  const verified = verifyLogged(logged, key)
  const { entry } = verified
  if (entry.kind !== 'release.published') throw otherEntry('release.published', entry.kind)
  requireSame(`${claim.id}@${claim.version}`, `${entry.id}@${entry.version}`)
  requireSame(claim.bundleDigest, entry.bundleDigest)
  requireSame(digestSignature(claim.signatures.publish), entry.publisherSignatureDigest)
  requireSame(digestSignature(claim.signatures.admission), entry.admissionDigest)
  const link = {
    layer: 'log',
    state: 'verified',
    by: key.origin,
    at: verified.time,
    detail: `Entry ${verified.index} of the transparency log, proven in its tree of ${verified.checkpoint.size}.`,
  } as const
  return { link, entry: verified }
}

function requireSame(expected: string, found: string): void {
  if (expected !== found) throw otherEntry(expected, found)
}

function otherEntry(expected: string, found: string) {
  return hostLogError('LOG_ENTRY_OTHER', `Expected a log entry about ${expected}, found one about ${found}.`, {
    details: { layer: 'log', expected, found },
  })
}
