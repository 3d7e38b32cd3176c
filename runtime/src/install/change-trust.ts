import type { TrustRoot, TrustedIdentity, TrustedKey } from '@nexus/registry/contract'
import { identityFingerprint, keyIdOf, signerId, verifyEndorsement } from '@nexus/registry/signing'
import { installError } from './errors.ts'
import type { PendingSigner, TrustFile } from './trust-file.ts'

// What happens to the trust file, one function a change: each gives the file as it is afterwards.

type Entry = TrustFile['publishers'][string]

export function entryOf(file: TrustFile, id: string): Entry | undefined {
  return Object.hasOwn(file.publishers, id) ? file.publishers[id] : undefined
}

/** Pins a registry that is seen for the first time. Later only keys that a pinned one endorses are added. */
export function withRegistry(file: TrustFile, registry: TrustRoot['registry'], registryUrl: string): TrustFile {
  const { keys, endorsements = [], sigstoreRoot } = registry
  checkFingerprints(keys)
  if (file.registryKeys.length === 0) {
    return { ...file, registryUrl, registryKeys: [...keys], ...(sigstoreRoot === undefined ? {} : { sigstoreRoot }) }
  }
  const known = withEndorsed(file.registryKeys, endorsements, keys)
  // The address may change (an embedded registry gets any free port); the keys say whether it is the same registry.
  if (keys.every(({ keyId }) => known.some((key) => key.keyId === keyId))) {
    return { ...file, registryUrl, registryKeys: [...known] }
  }
  throw installError(
    'TRUST_REGISTRY_CHANGED',
    'Expected the registry whose keys are pinned, found one with other keys. If you changed the registry on purpose, edit trust.json.',
    {
      details: {
        layer: 'registry',
        expected: file.registryKeys.map(({ keyId }) => keyId),
        found: keys.map(({ keyId }) => keyId),
      },
    },
  )
}

/** Follows the registry's own word from key to key. What it ends it may end; what it does not endorse stays out. */
function withEndorsed(
  pinned: readonly TrustedKey[],
  endorsements: readonly unknown[],
  offered: readonly TrustedKey[],
): readonly TrustedKey[] {
  let known = pinned
  for (const endorsement of endorsements) {
    const next = endorsedBy(known, endorsement)
    if (next !== undefined && !known.some(({ keyId }) => keyId === next.keyId)) known = [...known, next]
  }
  return known.map((key) => {
    const validUntil = key.validUntil ?? offered.find(({ keyId }) => keyId === key.keyId)?.validUntil
    return validUntil === undefined ? key : { ...key, validUntil }
  })
}

function endorsedBy(known: readonly TrustedKey[], endorsement: unknown): TrustedKey | undefined {
  try {
    return verifyEndorsement(endorsement, known)
  } catch {
    // A statement that does not hold adds nothing; a key that is missing then is refused by the caller.
    return undefined
  }
}

export function withPublisher(
  file: TrustFile,
  id: string,
  keys: readonly TrustedKey[],
  identities: readonly TrustedIdentity[] = [],
): TrustFile {
  checkFingerprints(keys)
  const entry = entryOf(file, id)
  const pinned: Entry = {
    pinnedAt: entry?.pinnedAt ?? new Date().toISOString(),
    keys: [...joined(entry?.keys ?? [], keys)],
    workers: entry?.workers ?? false,
    ...named(joined(entry?.identities ?? [], identities)),
  }
  const signers = new Set([...keys, ...identities].map(signerId))
  const decisions = (file.decisions ?? []).filter((item) => item.publisherId !== id || !signers.has(item.signer))
  return { ...file, publishers: { ...file.publishers, [id]: pinned }, ...waiting(file, decisions) }
}

/** Takes the trust in a publisher, or in some of its signers, back. */
export function withoutPublisher(file: TrustFile, id: string, signers?: readonly string[]): TrustFile {
  const entry = requireEntry(file, id)
  const { [id]: _, ...others } = file.publishers
  if (signers === undefined) return { ...file, publishers: others }
  const stays = (signer: TrustedKey | TrustedIdentity) => !signers.includes(signerId(signer))
  const keys = entry.keys.filter(stays)
  const identities = (entry.identities ?? []).filter(stays)
  if (keys.length + identities.length === 0) return { ...file, publishers: others }
  const { identities: _old, ...rest } = entry
  return { ...file, publishers: { ...file.publishers, [id]: { ...rest, keys, ...named(identities) } } }
}

export function withWorkers(file: TrustFile, id: string, workers: boolean): TrustFile {
  return { ...file, publishers: { ...file.publishers, [id]: { ...requireEntry(file, id), workers } } }
}

/** Takes over revocations only: a registry may make this host believe less, never more. */
export function withRevocations(file: TrustFile, root: TrustRoot): TrustFile {
  const revoked = new Map<string, string>()
  for (const signer of root.registry.keys)
    if (signer.revokedAt !== undefined) revoked.set(signerId(signer), signer.revokedAt)
  for (const { keys, identities = [] } of root.publishers) {
    for (const signer of [...keys, ...identities])
      if (signer.revokedAt !== undefined) revoked.set(signerId(signer), signer.revokedAt)
  }
  const mark = <Kind extends TrustedKey | TrustedIdentity>(signer: Kind): Kind => {
    const revokedAt = signer.revokedAt ?? revoked.get(signerId(signer))
    return revokedAt === undefined ? signer : { ...signer, revokedAt }
  }
  const publishers = Object.entries(file.publishers).map(([id, entry]) => [
    id,
    { ...entry, keys: entry.keys.map(mark), ...named((entry.identities ?? []).map(mark)) },
  ])
  return { ...file, registryKeys: file.registryKeys.map(mark), publishers: Object.fromEntries(publishers) }
}

/** Marks one signer of a pinned publisher as revoked, by its fingerprint. */
export function withRevokedSigner(file: TrustFile, id: string, fingerprint: string, at: string): TrustFile {
  const entry = entryOf(file, id)
  if (entry === undefined) return file
  const mark = <Kind extends TrustedKey | TrustedIdentity>(signer: Kind): Kind => {
    const own = 'keyId' in signer ? signer.keyId : identityFingerprint(signer)
    return own === fingerprint && signer.revokedAt === undefined ? { ...signer, revokedAt: at } : signer
  }
  const marked = { ...entry, keys: entry.keys.map(mark), ...named((entry.identities ?? []).map(mark)) }
  return { ...file, publishers: { ...file.publishers, [id]: marked } }
}

/** Remembers a signer for a person to decide about, once. */
export function withDecision(file: TrustFile, decision: PendingSigner): TrustFile {
  const known = file.decisions ?? []
  const isKnown = known.some(
    ({ publisherId, signer }) => publisherId === decision.publisherId && signer === decision.signer,
  )
  return isKnown ? file : { ...file, decisions: [...known.slice(-MAX_DECISIONS + 1), decision] }
}

/** A signer was accepted, and is pinned, or was rejected, and nobody is asked about it again. */
export function withAnswer(file: TrustFile, decisionId: string, accept: boolean): TrustFile {
  const decision = (file.decisions ?? []).find(({ id }) => id === decisionId)
  if (decision === undefined) {
    throw installError('TRUST_DECISION_UNKNOWN', `Expected a decision that waits, found none named ${decisionId}.`)
  }
  const { publisherId, key, identity } = decision
  if (accept) {
    return withPublisher(file, publisherId, key === undefined ? [] : [key], identity === undefined ? [] : [identity])
  }
  const decisions = (file.decisions ?? []).map((item) =>
    item.id === decisionId ? { ...item, state: 'rejected' as const } : item,
  )
  return { ...file, decisions }
}

export function withRepository(file: TrustFile, pluginId: string, repository: string): TrustFile {
  return { ...file, repositories: { ...file.repositories, [pluginId]: repository } }
}

/** Decisions that are remembered; the oldest go first. Somebody who signs with ever new keys fills no disk. */
const MAX_DECISIONS = 200

function joined<Kind extends TrustedKey | TrustedIdentity>(known: readonly Kind[], added: readonly Kind[]): Kind[] {
  const ids = new Set(known.map(signerId))
  return [...known, ...added.filter((signer) => !ids.has(signerId(signer)))]
}

function named(identities: readonly TrustedIdentity[]): { identities?: TrustedIdentity[] } {
  return identities.length === 0 ? {} : { identities: [...identities] }
}

function waiting(file: TrustFile, decisions: PendingSigner[]): { decisions?: PendingSigner[] } {
  return file.decisions === undefined ? {} : { decisions }
}

function requireEntry(file: TrustFile, id: string): Entry {
  const entry = entryOf(file, id)
  if (entry !== undefined) return entry
  throw installError(
    'TRUST_PUBLISHER_UNKNOWN',
    `Expected a publisher whose keys are pinned here, found ${id}. Install one of its plugins first.`,
    { details: { layer: 'host', expected: 'a pinned publisher', found: id } },
  )
}

function checkFingerprints(keys: readonly TrustedKey[]): void {
  for (const { keyId, publicKey } of keys) {
    const computed = keyIdOf(publicKey)
    if (computed === keyId) continue
    throw installError('TRUST_FILE_INVALID', `Expected a key with the fingerprint ${keyId}, found ${computed}.`, {
      details: { expected: keyId, found: computed },
    })
  }
}
