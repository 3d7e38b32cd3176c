import { join } from 'node:path'
import type { TrustRoot, TrustedKey } from '@nexus/registry/contract'
import { keyIdOf } from '@nexus/registry/signing'
import { installError } from './errors.ts'
import { type TrustFile, readTrustFile, writeTrustFile } from './trust-file.ts'

/** A publisher that this host believes. */
export interface PinnedPublisher {
  readonly id: string
  readonly keys: readonly TrustedKey[]
  readonly pinnedAt: string
  /** The operator lets its code run in worker threads, which are not a security boundary. Off until said. */
  readonly workers: boolean
}

/** Who this host believes: the keys of one registry and of each publisher, pinned by an explicit step. */
export interface Trust {
  readonly registryUrl: string
  readonly registryKeys: readonly TrustedKey[]
  readonly publishers: readonly PinnedPublisher[]
  publisher(id: string): PinnedPublisher | undefined
  /** Pins the registry on first sight. Fails with `TRUST_REGISTRY_CHANGED` when other keys are pinned already. */
  pinRegistry(keys: readonly TrustedKey[]): Promise<void>
  /** Pins a publisher, or adds keys to one. */
  pinPublisher(id: string, keys: readonly TrustedKey[]): Promise<void>
  /** Lets a pinned publisher's code run in worker threads, or no longer. Fails with `TRUST_PUBLISHER_UNKNOWN`. */
  trustWorkers(id: string, workers: boolean): Promise<void>
  /** Takes over revocations only: a registry may make this host believe less, never more. */
  applyRevocations(root: TrustRoot): Promise<void>
}

/** Opens `<dataDir>/trust.json` for the registry at `registryUrl`. */
export async function openTrust(options: { readonly dataDir: string; readonly registryUrl: string }): Promise<Trust> {
  const path = join(options.dataDir, 'trust.json')
  let file = await readTrustFile(path, options.registryUrl)
  let last: Promise<unknown> = Promise.resolve()
  // One change after the other, each on top of the one before; a failed one changes nothing.
  const change = async (make: (current: TrustFile) => TrustFile): Promise<void> => {
    const before = last
    const { promise, resolve } = Promise.withResolvers<void>()
    last = promise
    await before
    try {
      const changed = make(file)
      if (JSON.stringify(changed) === JSON.stringify(file)) return
      await writeTrustFile(path, changed)
      file = changed
    } finally {
      resolve()
    }
  }
  const pinned = (id: string): PinnedPublisher | undefined => {
    const entry = Object.hasOwn(file.publishers, id) ? file.publishers[id] : undefined
    return entry === undefined ? undefined : { id, ...entry }
  }
  return {
    registryUrl: options.registryUrl,
    get registryKeys() {
      return file.registryKeys
    },
    get publishers() {
      return Object.entries(file.publishers).map(([id, entry]) => ({ id, ...entry }))
    },
    publisher: pinned,
    pinRegistry: (keys) => change((current) => withRegistry(current, keys, options.registryUrl)),
    pinPublisher: (id, keys) => change((current) => withPublisher(current, id, keys)),
    trustWorkers: (id, workers) => change((current) => withWorkers(current, id, workers)),
    applyRevocations: (root) => change((current) => withRevocations(current, root)),
  }
}

function withRegistry(file: TrustFile, keys: readonly TrustedKey[], registryUrl: string): TrustFile {
  checkFingerprints(keys)
  const known = file.registryKeys.map(({ keyId }) => keyId)
  const found = keys.map(({ keyId }) => keyId)
  // The address may change (an embedded registry gets any free port); the keys say whether it is the same registry.
  if (known.length === 0 || found.every((keyId) => known.includes(keyId))) {
    return { ...file, registryUrl, registryKeys: known.length === 0 ? [...keys] : file.registryKeys }
  }
  throw installError(
    'TRUST_REGISTRY_CHANGED',
    'Expected the registry whose keys are pinned, found one with other keys. If you changed the registry on purpose, edit trust.json.',
    {
      details: { layer: 'registry', expected: known, found },
    },
  )
}

function withPublisher(file: TrustFile, id: string, keys: readonly TrustedKey[]): TrustFile {
  checkFingerprints(keys)
  const entry = Object.hasOwn(file.publishers, id) ? file.publishers[id] : undefined
  const known = entry?.keys ?? []
  const added = keys.filter(({ keyId }) => !known.some((key) => key.keyId === keyId))
  const pinned = {
    pinnedAt: entry?.pinnedAt ?? new Date().toISOString(),
    keys: [...known, ...added],
    workers: entry?.workers ?? false,
  }
  return { ...file, publishers: { ...file.publishers, [id]: pinned } }
}

function withWorkers(file: TrustFile, id: string, workers: boolean): TrustFile {
  const entry = Object.hasOwn(file.publishers, id) ? file.publishers[id] : undefined
  if (entry !== undefined) return { ...file, publishers: { ...file.publishers, [id]: { ...entry, workers } } }
  throw installError(
    'TRUST_PUBLISHER_UNKNOWN',
    `Expected a publisher whose keys are pinned here, found ${id}. Install one of its plugins first.`,
    { details: { layer: 'host', expected: 'a pinned publisher', found: id } },
  )
}

function withRevocations(file: TrustFile, root: TrustRoot): TrustFile {
  const revoked = new Map<string, string>()
  for (const { keys } of [root.registry, ...root.publishers]) {
    for (const { keyId, revokedAt } of keys) if (revokedAt !== undefined) revoked.set(keyId, revokedAt)
  }
  const mark = (key: TrustedKey): TrustedKey => {
    const revokedAt = key.revokedAt ?? revoked.get(key.keyId)
    return revokedAt === undefined ? key : { ...key, revokedAt }
  }
  const publishers = Object.entries(file.publishers).map(([id, entry]) => [
    id,
    { ...entry, keys: entry.keys.map(mark) },
  ])
  return { ...file, registryKeys: file.registryKeys.map(mark), publishers: Object.fromEntries(publishers) }
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
