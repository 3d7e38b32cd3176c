import { createHash } from 'node:crypto'
import type { RootDraft, TufKey, TufRoot, TufTargets } from '../contract/tuf.ts'
import { BIN_PREFIX } from './bins.ts'
import { BIN_BITS, ROOT_LIFETIME_MS, ROOT_THRESHOLD, SPEC_VERSION } from './limits.ts'
import { tufKeyId } from './signed-metadata.ts'

/** What a root is made of. */
export interface RootPlan {
  readonly rootVersion: number
  readonly targetsVersion: number
  /** Public keys of the root role. The list of targets is signed by the same. */
  readonly rootKeys: readonly TufKey[]
  /** The registry's key for snapshot, timestamp and the bins of releases. */
  readonly onlineKey: TufKey
  /** The files that root keys vouch for: `trusted_root.json`. */
  readonly files: TufTargets['signed']['targets']
  readonly now: Date
}

/**
 * The next root and the list of targets that it signs, without signatures. The list names the log and hands the
 * releases over to the registry's own key: whoever takes over the registry's machine can change neither.
 */
export function makeRoot(plan: RootPlan): RootDraft {
  const expires = new Date(plan.now.getTime() + ROOT_LIFETIME_MS).toISOString()
  const keys = Object.fromEntries([...plan.rootKeys, plan.onlineKey].map((key) => [tufKeyId(key), key]))
  const offline = { keyids: plan.rootKeys.map(tufKeyId), threshold: ROOT_THRESHOLD }
  const online = { keyids: [tufKeyId(plan.onlineKey)], threshold: 1 }
  const root: TufRoot['signed'] = {
    _type: 'root',
    spec_version: SPEC_VERSION,
    version: plan.rootVersion,
    expires,
    consistent_snapshot: true,
    keys,
    roles: { root: offline, targets: offline, snapshot: online, timestamp: online },
  }
  const targets: TufTargets['signed'] = {
    _type: 'targets',
    spec_version: SPEC_VERSION,
    version: plan.targetsVersion,
    expires,
    targets: plan.files,
    delegations: {
      keys: { [tufKeyId(plan.onlineKey)]: plan.onlineKey },
      succinct_roles: { ...online, bit_length: BIN_BITS, name_prefix: BIN_PREFIX },
    },
  }
  return { root: { signed: root, signatures: [] }, targets: { signed: targets, signatures: [] } }
}

/** A file as a target: its length and its hash. */
export function describeTarget(content: string) {
  return {
    length: Buffer.byteLength(content),
    hashes: { sha512: createHash('sha512').update(content).digest('hex') },
  }
}
