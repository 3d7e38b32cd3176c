import { createHash } from 'node:crypto'
import { BIN_BITS } from './limits.ts'

export const BIN_PREFIX = 'releases'

/** The bin that a target belongs to: the first bits of the hash of its path. Source: TAP 15. */
export function binOf(path: string): string {
  const bin = createHash('sha256').update(path).digest().readUInt32BE() >>> (32 - BIN_BITS)
  return `${BIN_PREFIX}-${bin.toString(16).padStart((2 ** BIN_BITS - 1).toString(16).length, '0')}`
}

/** The target path of a release's bundle. */
export function releasePath(release: { readonly id: string; readonly version: string }): string {
  return `plugins/${release.id}/${release.version}.tgz`
}

/** Target paths of what root keys vouch for, and of what was withdrawn. */
export const KEYS_PATH = 'keys.json'
export const TRUSTED_ROOT_PATH = 'trusted_root.json'
export const REVOCATIONS_PATH = 'revocations.json'
