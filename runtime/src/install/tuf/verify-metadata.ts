import { createHash, createPublicKey, verify } from 'node:crypto'
import { canonicalJson } from '@nexus/registry/bundle'
import { type TufKey, type TufTargets, tufRoot, tufTargets } from '@nexus/registry/contract'
import { hostTufError } from './errors.ts'

/** Signed metadata as parsed. */
interface Signed {
  readonly signed: unknown
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** Who may sign a role, and how many must. */
interface Role {
  readonly keyids: readonly string[]
  readonly threshold: number
}

/** Metadata that lead from a root to a release, as they were when it was installed. */
export interface TufProof {
  readonly root: string
  readonly targets: string
  readonly role: string
}

/**
 * Walks from a root that is believed to the list that names a target, without a network and without asking whether the
 * lists are still fresh: that was checked when the proof was made. Gives length and hash.
 */
export function verifyProof(proof: TufProof, path: string): { readonly length: number; readonly sha512: string } {
  const root = tufRoot.parse(JSON.parse(proof.root))
  const targets = tufTargets.parse(JSON.parse(proof.targets))
  requireSigned('targets', targets, root.signed.roles.targets, root.signed.keys)
  const { delegations } = targets.signed
  if (delegations === undefined) throw refused('a delegation to the releases', 'none')
  const role: TufTargets = tufTargets.parse(JSON.parse(proof.role))
  requireSigned('releases', role, delegations.succinct_roles, delegations.keys)
  const target = Object.hasOwn(role.signed.targets, path) ? role.signed.targets[path] : undefined
  const sha512 = target?.hashes['sha512']
  if (target === undefined || sha512 === undefined) throw refused(path, 'a list without it')
  return { length: target.length, sha512 }
}

/** Enough of the right keys, each counted once, over exactly these bytes. Source: TUF specification, 4.2 and 5.3.4. */
export function requireSigned(
  what: string,
  metadata: Signed,
  role: Role,
  keys: Readonly<Record<string, TufKey>>,
): void {
  const bytes = Buffer.from(canonicalJson(metadata.signed))
  const valid = new Set<string>()
  for (const { keyid, sig } of metadata.signatures) {
    const key = Object.hasOwn(keys, keyid) ? keys[keyid] : undefined
    if (key === undefined || !role.keyids.includes(keyid) || keyIdOf(key) !== keyid) continue
    if (verify(null, bytes, publicKeyOf(key), Buffer.from(sig, 'hex'))) valid.add(keyid)
  }
  if (valid.size < role.threshold) throw refused(`${role.threshold} signatures of ${what}`, String(valid.size))
}

function keyIdOf(key: TufKey): string {
  return createHash('sha256').update(canonicalJson(key)).digest('hex')
}

function publicKeyOf(key: TufKey) {
  const x = Buffer.from(key.keyval.public, 'hex').toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

function refused(expected: string, found: string) {
  return hostTufError('TUF_SIGNATURE', `Expected ${expected} in the kept metadata, found ${found}.`, {
    details: { layer: 'tuf', expected, found },
  })
}
