import { rm } from 'node:fs/promises'
import { type Actor, mayOnlyStage } from '../accounts/actor.ts'
import type { BundleContents } from '../bundle/contents.ts'
import { scanBundle } from '../bundle/read-bundle.ts'
import type { ReleaseDetail } from '../contract/plugins.ts'
import type { ProvenanceBundle, SignatureBundle } from '../contract/signature-bundle.ts'
import { registryError } from '../errors.ts'
import { describeVersion } from '../packages/describe-version.ts'
import { factsOfPlugin } from '../packages/version-facts.ts'
import { verifyProvenance } from '../signing/verify-provenance.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type Admission, admitRelease } from './admit-release.ts'
import { checkFree } from './check-free.ts'
import { describeRelease } from './describe-release.ts'
import { getRelease } from './find-releases.ts'
import { attestationsOf } from './release-evidence.ts'
import { reasonToHold } from './reason-to-hold.ts'
import { stageVersion } from './stage-version.ts'
import { verifyPublisher } from './verify-publisher.ts'

/** A bundle that waits among the uploads, and what its publisher says about it. */
export interface Publication {
  readonly pluginId: string
  /** Who uploaded, `uploaderOf`. */
  readonly uploader: string
  readonly uploadId: string
  /** What is no signature bundle is refused like one that does not match. */
  readonly signature?: unknown
  /** Of the build; must be about these very bytes when this registry knows an instance of Sigstore. */
  readonly provenance?: ProvenanceBundle | undefined
  /** Absent: `latest`, when no stable version is newer. */
  readonly channel?: string
  /** Who publishes; may publish the package. */
  readonly actor: Actor
}

/**
 * Makes a release of an upload: read strictly, compare, verify, countersign, then one transaction that makes it
 * visible. Whatever fails, no file and no row stays.
 */
export async function publishRelease(store: RegistryStore, publication: Publication): Promise<ReleaseDetail> {
  const { actor, pluginId } = publication
  const file = await store.uploads.claim(publication.uploader, publication.uploadId)
  try {
    const { contents } = await scanBundle(file)
    if (contents.manifest.id !== pluginId) throw otherPlugin(pluginId, contents.manifest.id)
    const facts = factsOfPlugin(contents)
    await checkFree(store, facts)
    const signed = await verifyPublisher(store, contents, publication.signature)
    checkProvenance(store, contents, publication.provenance)
    const publishedAt = new Date()
    const release = await describeRelease(store, contents, {
      size: facts.size,
      publishedBy: actor.kind === 'admin' ? 'admin' : actor.tokenId,
      signed,
      publishedAt,
    })
    const admission: Admission = {
      facts,
      manifest: describeVersion(facts),
      ...(publication.channel === undefined ? {} : { tag: publication.channel }),
      attestations: attestationsOf(publication.provenance),
      release,
      actor,
      publishedAt,
      file,
    }
    await refuseHeld(store, admission, signed.bundle)
    await admitRelease(store, admission)
    return await getRelease(store, pluginId, facts.version)
  } finally {
    await rm(file, { force: true })
  }
}

/** What a person has to look at is staged for a moderator instead of published. */
async function refuseHeld(store: RegistryStore, admission: Admission, signature: SignatureBundle): Promise<void> {
  const reason =
    (await reasonToHold(store, admission.facts, admission.actor)) ??
    (mayOnlyStage(admission.actor) ? 'Published by a workflow that may only stage.' : undefined)
  if (reason === undefined || admission.file === undefined) return
  const { id } = await stageVersion(store, {
    facts: admission.facts,
    file: admission.file,
    tag: admission.tag ?? 'latest',
    reason,
    held: true,
    signature,
    attestations: admission.attestations,
    author: admission.actor,
  })
  throw registryError(
    'RELEASE_HELD',
    `Expected a release that nobody has to look at, found: ${reason} A moderator decides.`,
    {
      details: { stagedId: id, reason },
    },
  )
}

/** A registry without a trust root hands provenance on as it is: hosts verify it either way. */
function checkProvenance(
  store: RegistryStore,
  { manifest, digests }: BundleContents,
  provenance: ProvenanceBundle | undefined,
): void {
  if (provenance === undefined || store.sigstore === undefined) return
  const subject = { id: manifest.id, version: manifest.version, bundleDigest: digests.bundle }
  verifyProvenance(subject, provenance, store.sigstore.trust)
}

function otherPlugin(expected: string, found: string) {
  return registryError(
    'RELEASE_ID_MISMATCH',
    `Expected the bundle of ${expected}, found ${found}. Publish it under its own id.`,
    { details: { expected, found } },
  )
}
