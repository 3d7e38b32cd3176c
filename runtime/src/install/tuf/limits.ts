/** How long metadata that were just refreshed are taken for fresh, in milliseconds: planning and installing are one walk. */
export const FRESH_MS = 3000
/** Bytes of a target beside the releases. */
export const MAX_TARGET_BYTES = 8 * 1024 * 1024
/** Bytes of each kind of metadata. A registry cannot make this host read more. */
export const METADATA_LIMITS = {
  rootMaxLength: 64 * 1024,
  timestampMaxLength: 16 * 1024,
  snapshotMaxLength: 128 * 1024,
  targetsMaxLength: 512 * 1024,
  maxRootRotations: 64,
  maxDelegations: 8,
} as const
/** Hex digits of the digest that name a proof's file. */
export const PROOF_DIGITS = 32
export const DAY_MS = 24 * 60 * 60 * 1000
/** How long after their end metadata out of a mirror still count, in milliseconds: somebody carries it, after all. */
export const CARRIED_GRACE_MS = 90 * DAY_MS
