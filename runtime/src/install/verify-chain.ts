import { type BundleContents, readBundle } from '@nexus/registry/bundle'
import { type TrustedSigners, type VerifiedRelease as VerifiedSignature, publisherOf } from '@nexus/registry/signing'
import { type PluginManifest, errorCode } from '@nexus/plugin-api'
import type { ChainLink, PolicyRefusal, TrustPolicy } from '../contract/index.ts'
import { installError } from './errors.ts'
import { guardLayer } from './layers/guard-layer.ts'
import { bytesLink, verifyBytes } from './layers/verify-bytes.ts'
import { verifyPublisher } from './layers/verify-publisher.ts'
import { verifyRegistry } from './layers/verify-registry.ts'
import { type PolicyFacts, checkPolicy, checkPolicyAtStart } from './policy/check-policy.ts'
import { policyLink } from './policy/verify-policy.ts'
import { verifyProvenance } from './provenance/verify-provenance.ts'
import type { ReleaseClaim } from './release-claim.ts'
import type { ReleaseNotices } from './revocations.ts'
import type { Trust } from './trust.ts'
import { requireRegistryKeys } from './trusted-keys.ts'
import type { Evidence } from './verified-stamp.ts'

/** One of those who saw the release appear: the log, or TUF's metadata. `undefined`: it has nothing to say about it. */
export type Witness = (claim: ReleaseClaim, moment: 'install' | 'start') => Promise<ChainLink | undefined>

/** What a host checks a chain against. */
export interface ChainContext {
  readonly trust: Trust
  readonly policy: () => TrustPolicy
  readonly notices: ReleaseNotices
  /** Absent: this host follows no log, or no TUF repository. */
  readonly log?: Witness | undefined
  readonly tuf?: Witness | undefined
}

/** A chain that holds, link by link, and what the policy says about it. */
export interface VerifiedChain {
  readonly signature: VerifiedSignature
  readonly links: readonly ChainLink[]
  /** Empty: the policy allows it. */
  readonly refusals: readonly PolicyRefusal[]
  /** Repository of the verified provenance. */
  readonly repository: string | undefined
}

/**
 * Checks the whole chain in this order: bytes, publisher, registry, log, TUF, provenance; then reads the bundle, for
 * everybody vouched for exactly these bytes; then asks the policy. Anything that does not hold throws a coded refusal
 * that names its layer. What the policy refuses is told, not thrown: people see all reasons before they decide.
 */
export async function verifyChain(
  context: ChainContext,
  claim: ReleaseClaim & { readonly channels?: readonly string[] | undefined },
  bytes: Uint8Array,
  signers: TrustedSigners,
): Promise<VerifiedChain & { readonly contents: BundleContents }> {
  context.notices.check(claim.id, claim.version)
  const first = await guardLayer('bytes', () => verifyBytes(claim, bytes))
  const evidence = await verifyEvidence(context, claim, signers, 'install')
  const contents = await readBundle(bytes)
  const { predicate } = evidence.signature
  requireSigned('plugin id', predicate.id, contents.manifest.id)
  requireSigned('version', predicate.version, contents.manifest.version)
  requireSigned('manifest digest', predicate.manifestDigest, contents.digests.manifest)
  requireSigned('tools digest', predicate.toolsDigest, contents.digests.tools)
  const facts = { ...factsOf(context, claim, evidence, contents.manifest), channels: claim.channels }
  const refusals = checkPolicy(context.policy(), facts)
  const links = [first, ...evidence.links, policyLink(refusals), hostLink(context.trust, publisherOf(claim.id))]
  return { signature: evidence.signature, repository: evidence.repository, links, refusals, contents }
}

/** Checks signatures, log and metadata of a release that is kept, from disk alone. */
export async function verifyKept(
  context: ChainContext,
  claim: ReleaseClaim,
  signers: TrustedSigners,
): Promise<Evidence> {
  const { signature, links, ...evidence } = await verifyEvidence(context, claim, signers, 'start')
  return { ...evidence, links: [...links], manifestDigest: signature.predicate.manifestDigest }
}

/**
 * The chain of a kept release whose bytes were compared with their digest just now, and whose evidence was checked, now or
 * at an earlier start. What people decide, and what was revoked since, is asked every time.
 */
export function describeKept(
  context: ChainContext,
  claim: ReleaseClaim,
  manifest: PluginManifest,
  evidence: Evidence,
): Pick<VerifiedChain, 'links' | 'refusals'> {
  context.notices.check(claim.id, claim.version)
  const refusals = checkPolicyAtStart(context.policy(), factsOf(context, claim, evidence, manifest))
  const host = hostLink(context.trust, publisherOf(claim.id))
  return { links: [bytesLink(claim), ...evidence.links, policyLink(refusals), host], refusals }
}

interface CheckedEvidence {
  readonly signature: VerifiedSignature
  readonly publishedAt: string
  readonly links: readonly ChainLink[]
  readonly repository?: string
  readonly isLogged: boolean
  readonly isTarget: boolean
}

async function verifyEvidence(
  { trust, policy, log, tuf }: ChainContext,
  claim: ReleaseClaim,
  signers: TrustedSigners,
  moment: 'install' | 'start',
): Promise<CheckedEvidence> {
  const publisher = await guardLayer('publisher', () => verifyPublisher(claim, signers))
  const { signature } = publisher
  const registry = await guardLayer('registry', () => verifyRegistry(claim, signature, requireRegistryKeys(trust)))
  const { requireLog, requireTuf } = policy()
  const logged = await guardLayer('log', () => orAbsent(requireLog, log?.(claim, moment)))
  const target = await guardLayer('tuf', () => orAbsent(requireTuf, tuf?.(claim, moment)))
  const built = await guardLayer('provenance', () => verifyProvenance(claim, trust.sigstore))
  const links = [publisher.link, registry.link, logged, target, built?.link]
  return {
    signature,
    publishedAt: registry.admission.predicate.publishedAt,
    links: links.filter((link) => link !== undefined),
    ...(built === undefined ? {} : { repository: built.provenance.repository }),
    isLogged: logged !== undefined,
    isTarget: target !== undefined,
  }
}

/**
 * A registry of another make may have no TUF metadata at all, which the policy may allow. Metadata that are there and lie
 * (older, expired, by others, about other bytes) are a refusal either way.
 */
async function orAbsent<Link>(
  isRequired: boolean,
  asked: Promise<Link | undefined> | undefined,
): Promise<Link | undefined> {
  try {
    return await asked
  } catch (error) {
    if (!isRequired && errorCode(error) === 'TUF_INVALID') return undefined
    throw error
  }
}

function factsOf(
  { trust }: ChainContext,
  claim: ReleaseClaim,
  {
    publishedAt,
    repository,
    isLogged,
    isTarget,
  }: Pick<Evidence, 'publishedAt' | 'repository' | 'isLogged' | 'isTarget'>,
  manifest: PluginManifest,
): PolicyFacts {
  const publisherId = publisherOf(claim.id)
  return {
    manifest,
    publisherId,
    isPinned: trust.publisher(publisherId) !== undefined,
    publishedAt,
    now: new Date(),
    repository,
    knownRepository: trust.repository(claim.id),
    channels: undefined,
    hasDistSignature: claim.distSignature !== undefined,
    isLogged,
    isTarget,
  }
}

function hostLink(trust: Trust, publisherId: string): ChainLink {
  const pinned = trust.publisher(publisherId)
  if (pinned === undefined) {
    return {
      layer: 'host',
      state: 'unknown',
      by: '',
      detail: `This host does not know the keys of ${publisherId} yet.`,
    }
  }
  const detail = `The keys of ${publisherId} are pinned on this host.`
  return { layer: 'host', state: 'verified', by: 'trust.json', at: pinned.pinnedAt, detail }
}

function requireSigned(what: string, expected: string, found: string): void {
  if (expected === found) return
  throw installError(
    'INSTALL_MANIFEST_MISMATCH',
    `Expected the ${what} that the publisher signed, ${expected}, found ${found} in the bundle.`,
    { details: { layer: 'publisher', what, expected, found } },
  )
}
