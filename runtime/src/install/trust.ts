import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { canonicalJson, digestFile } from '@nexus/registry/bundle'
import type { TrustRoot, TrustedIdentity, TrustedKey } from '@nexus/registry/contract'
import { type SigstoreTrust, openSigstoreTrust } from '@nexus/registry/signing'
import {
  entryOf,
  withAnswer,
  withDecision,
  withPublisher,
  withRegistry,
  withRepository,
  withRevocations,
  withRevokedSigner,
  withWorkers,
  withoutPublisher,
} from './change-trust.ts'
import { type PendingSigner, type TrustFile, openTrustFile } from './trust-file.ts'

/** A publisher that this host believes. */
export interface PinnedPublisher {
  readonly id: string
  readonly keys: readonly TrustedKey[]
  readonly identities: readonly TrustedIdentity[]
  readonly pinnedAt: string
  /** The operator lets its code run in worker threads, which are not a security boundary. Off until said. */
  readonly workers: boolean
}

/** Who this host believes: the keys of one registry and the signers of each publisher, pinned by an explicit step. */
export interface Trust {
  readonly registryUrl: string
  readonly registryKeys: readonly TrustedKey[]
  readonly publishers: readonly PinnedPublisher[]
  /** Who vouches for identities; `undefined`: only keys sign. */
  readonly sigstore: SigstoreTrust | undefined
  /** Signers of known publishers that somebody has to decide about, or has rejected. */
  readonly decisions: readonly PendingSigner[]
  publisher(id: string): PinnedPublisher | undefined
  /** Digest of everything that is believed about releases of a publisher: another one, other trust. */
  digest(publisherId: string): string
  /** Repository that releases of a plugin were built from, as verified provenance said. */
  repository(pluginId: string): string | undefined
  /**
   * Pins the registry on first sight, with the instance of Sigstore it names; later follows keys that a pinned one
   * endorses. Fails with `TRUST_REGISTRY_CHANGED` when other keys are pinned already.
   */
  pinRegistry(registry: TrustRoot['registry']): Promise<void>
  /** Pins a publisher, or adds signers to one. */
  pinPublisher(id: string, keys: readonly TrustedKey[], identities?: readonly TrustedIdentity[]): Promise<void>
  /** Takes the trust in a publisher, or in some of its signers (by `signerId`), back. */
  unpinPublisher(id: string, signers?: readonly string[]): Promise<void>
  /** Lets a pinned publisher's code run in worker threads, or no longer. Fails with `TRUST_PUBLISHER_UNKNOWN`. */
  trustWorkers(id: string, workers: boolean): Promise<void>
  /** Takes over revocations only: a registry may make this host believe less, never more. */
  applyRevocations(root: TrustRoot): Promise<void>
  /** Believes one signer of a publisher no more, by its fingerprint. True when it was believed until now. */
  revokeSigner(id: string, fingerprint: string, at: string): Promise<boolean>
  /** Remembers a signer that a person has to decide about. Gives what is remembered. */
  holdSigner(signer: Omit<PendingSigner, 'id' | 'seenAt' | 'state'>): Promise<PendingSigner>
  /** Accepts or rejects a held signer. Fails with `TRUST_DECISION_UNKNOWN`. */
  decide(decisionId: string, accept: boolean): Promise<void>
  rememberRepository(pluginId: string, repository: string): Promise<void>
  /** The operator's own choice of who vouches for identities. Fails with `SIGNATURE_ROOT_UNKNOWN` for anything else. */
  setSigstoreRoot(trustedRoot: Readonly<Record<string, unknown>>): Promise<void>
}

/** Opens `<dataDir>/trust.json` for the registry at `registryUrl`. */
export async function openTrust(options: { readonly dataDir: string; readonly registryUrl: string }): Promise<Trust> {
  const file = await openTrustFile(join(options.dataDir, 'trust.json'), options.registryUrl)
  const sigstore = createSigstore()
  const digests = createDigests()
  const pinned = (id: string): PinnedPublisher | undefined => {
    const entry = entryOf(file.content, id)
    return entry === undefined ? undefined : { id, ...entry, identities: entry.identities ?? [] }
  }
  return {
    registryUrl: options.registryUrl,
    get registryKeys() {
      return file.content.registryKeys
    },
    get publishers() {
      return Object.keys(file.content.publishers).flatMap((id) => pinned(id) ?? [])
    },
    get sigstore() {
      return sigstore(file.content.sigstoreRoot)
    },
    get decisions() {
      return file.content.decisions ?? []
    },
    publisher: pinned,
    digest: (id) => digests(file.content, id),
    repository: (pluginId) => file.content.repositories?.[pluginId],
    pinRegistry: (registry) => file.change((current) => withRegistry(current, registry, options.registryUrl)),
    pinPublisher: (id, keys, identities) => file.change((current) => withPublisher(current, id, keys, identities)),
    unpinPublisher: (id, signers) => file.change((current) => withoutPublisher(current, id, signers)),
    trustWorkers: (id, workers) => file.change((current) => withWorkers(current, id, workers)),
    applyRevocations: (root) => file.change((current) => withRevocations(current, root)),
    async revokeSigner(id, fingerprint, at) {
      const before = file.content
      await file.change((current) => withRevokedSigner(current, id, fingerprint, at))
      return file.content !== before
    },
    async holdSigner(signer) {
      const fresh = { ...signer, id: randomUUID(), seenAt: new Date().toISOString(), state: 'waiting' as const }
      await file.change((current) => withDecision(current, fresh))
      const same = (item: PendingSigner) => item.publisherId === signer.publisherId && item.signer === signer.signer
      return file.content.decisions?.find(same) ?? fresh
    },
    decide: (decisionId, accept) => file.change((current) => withAnswer(current, decisionId, accept)),
    rememberRepository: (pluginId, repository) =>
      file.change((current) => withRepository(current, pluginId, repository)),
    async setSigstoreRoot(trustedRoot) {
      openSigstoreTrust(trustedRoot)
      await file.change((current) => ({ ...current, sigstoreRoot: { ...trustedRoot } }))
    },
  }
}

/** Digests by the state of the trust file: it changes rarely, and every start of a plugin asks. */
function createDigests() {
  const known = new WeakMap<TrustFile, Map<string, string>>()
  return (file: TrustFile, id: string): string => {
    const digests = known.get(file) ?? new Map<string, string>()
    known.set(file, digests)
    const { registryKeys, sigstoreRoot } = file
    const digest =
      digests.get(id) ?? digestFile(canonicalJson({ registryKeys, sigstoreRoot, publisher: entryOf(file, id) }))
    digests.set(id, digest)
    return digest
  }
}

/** Parsing the root's certificates costs more than verifying with them: once for each root. */
function createSigstore() {
  let from: unknown
  let trust: SigstoreTrust | undefined
  return (root: Readonly<Record<string, unknown>> | undefined): SigstoreTrust | undefined => {
    if (root !== from) {
      trust = root === undefined ? undefined : openSigstoreTrust(root)
      from = root
    }
    return trust
  }
}
