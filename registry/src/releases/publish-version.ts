import { type Actor, mayOnlyStage } from '../accounts/actor.ts'
import type { BundleContents } from '../bundle/contents.ts'
import { scanBundle } from '../bundle/read-bundle.ts'
import { readPlainPackage } from '../bundle/read-plain-package.ts'
import { type ClientFacts, describeVersion } from '../packages/describe-version.ts'
import { packageError } from '../packages/errors.ts'
import { scopeOf } from '../packages/names.ts'
import { type VersionFacts, checkIdentity, factsOfPackage } from '../packages/version-facts.ts'
import { integrityOf } from '../signing/dist-signature.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { PackageAccess, StagedVersionRow } from '../store/rows/package-rows.ts'
import { admitRelease } from './admit-release.ts'
import { checkFree } from './check-free.ts'
import { describeRelease } from './describe-release.ts'
import { reasonToHold } from './reason-to-hold.ts'
import { stageVersion } from './stage-version.ts'
import { type SortedAttestations, sortAttestation } from './sort-attestation.ts'
import { verifyPublisher } from './verify-publisher.ts'

/** What an npm client publishes; the caller has checked that the actor may. */
export interface VersionPublication {
  readonly name: string
  readonly version: string
  readonly tag: string
  readonly access?: PackageAccess
  /** What the client says the bundle's digests are. */
  readonly integrity?: string
  readonly shasum?: string
  /** Sigstore bundle that came along, as text. */
  readonly attestation?: string
  readonly client: ClientFacts
  /** The bundle; moved when it is admitted or staged. */
  readonly file: string
  readonly actor: Actor
  /** Wait for an approval, whoever publishes. */
  readonly stage: boolean
}

/**
 * Publishes a version of a package. A plain package is served to npm clients only; a plugin is read by the rules of
 * plugins, and hosts see it as soon as its publisher's signature is there. Gives the staged version when it has to wait.
 */
export async function publishVersion(
  store: RegistryStore,
  publication: VersionPublication,
): Promise<StagedVersionRow | undefined> {
  const facts = await readVersion(publication)
  await checkFree(store, facts)
  const sorted = sortAttestation(publication.attestation, facts)
  // What a moderator has to see is held also when its author stages it: authors approve what they staged themselves.
  const toHold = await reasonToHold(store, facts, publication.actor)
  const reason = toHold ?? (publication.stage || mayOnlyStage(publication.actor) ? 'Staged by its author.' : undefined)
  if (reason === undefined) {
    await admit(store, publication, facts, sorted)
    return undefined
  }
  if (facts.plugin !== undefined && sorted.signature !== null) {
    await verifyPublisher(store, facts.plugin, sorted.signature)
  }
  return stageVersion(store, {
    ...publication,
    ...sorted,
    facts,
    reason,
    held: toHold !== undefined,
    author: publication.actor,
  })
}

async function readVersion(publication: VersionPublication): Promise<VersionFacts> {
  const contents = await readPlainPackage(publication.file)
  const wantsPlugin = contents.isPlugin && scopeOf(contents.packageJson.name) !== null
  const plugin: BundleContents | undefined = wantsPlugin ? (await scanBundle(publication.file)).contents : undefined
  const facts = factsOfPackage(contents, plugin)
  checkIdentity(facts, publication)
  const integrity = integrityOf(facts.digest)
  const sent = publication.integrity ?? integrity
  // A client may send several digests; the strongest decides.
  if (!sent.split(/\s+/).includes(integrity) || (publication.shasum ?? facts.shasum) !== facts.shasum) {
    throw packageError(
      'INTEGRITY_MISMATCH',
      'Expected the bundle to have the digests that were sent with it, found others. Publish again.',
      { details: { expected: sent.slice(0, 300), found: integrity } },
    )
  }
  return facts
}

async function admit(
  store: RegistryStore,
  publication: VersionPublication,
  facts: VersionFacts,
  { signature, attestations }: SortedAttestations,
): Promise<void> {
  const { actor, tag, access, file } = publication
  const publishedAt = new Date()
  const release =
    facts.plugin === undefined || signature === null
      ? undefined
      : await describeRelease(store, facts.plugin, {
          size: facts.size,
          publishedBy: actor.kind === 'admin' ? 'admin' : actor.tokenId,
          signed: await verifyPublisher(store, facts.plugin, signature),
          publishedAt,
        })
  await admitRelease(store, {
    facts,
    manifest: describeVersion(facts, publication.client),
    tag,
    ...(access === undefined ? {} : { access }),
    attestations,
    release,
    actor,
    publishedAt,
    file,
  })
}
