import { readFile, rm } from 'node:fs/promises'
import type { BundleContents } from '../bundle/contents.ts'
import { readBundle } from '../bundle/read-bundle.ts'
import { renderReadme } from '../bundle/render-readme.ts'
import type { ReleaseDetail } from '../contract/plugins.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { registryError } from '../errors.ts'
import { CLOCK_SKEW_MS } from '../limits.ts'
import { getPublisher } from '../publishers/get-publisher.ts'
import { checkKeyValidity } from '../signing/key-validity.ts'
import { signAdmission } from '../signing/sign-admission.ts'
import { publisherOf } from '../signing/subject.ts'
import { type VerifiedRelease, verifyRelease } from '../signing/verify-release.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type ReleaseRow, releases } from '../store/rows/release-rows.ts'
import { admitRelease, releaseExists } from './admit-release.ts'
import { toReleaseDetail } from './present.ts'

export interface Publication {
  readonly pluginId: string
  readonly uploadId: string
  readonly signature: SignatureBundle
  /** Token that publishes; it belongs to the publisher of `pluginId`. */
  readonly tokenId: string
}

/**
 * Makes a release of an upload: read strictly, compare, verify, countersign, then one transaction that makes it
 * visible. Whatever fails, no file and no row stays.
 */
export async function publishRelease(store: RegistryStore, publication: Publication): Promise<ReleaseDetail> {
  const publisherId = publisherOf(publication.pluginId)
  const file = await store.uploads.claim(publisherId, publication.uploadId)
  try {
    const bytes = await readFile(file)
    const contents = await readBundle(bytes)
    checkIdentity(contents, publication.pluginId)
    await checkFree(store, contents)
    const signed = await checkSignature(store, contents, publication)
    const row = await describeRelease(store, contents, { size: bytes.length, tokenId: publication.tokenId, signed })
    await admitRelease(store, row, file)
    return toReleaseDetail(row)
  } finally {
    await rm(file, { force: true })
  }
}

function checkIdentity({ manifest }: BundleContents, pluginId: string): void {
  if (manifest.id === pluginId) return
  throw registryError(
    'RELEASE_ID_MISMATCH',
    `Expected the bundle of ${pluginId}, found ${manifest.id}. Publish it under its own id.`,
    {
      details: { expected: pluginId, found: manifest.id },
    },
  )
}

/** An early answer; the transaction decides. */
async function checkFree(store: RegistryStore, { manifest }: BundleContents): Promise<void> {
  const taken = await store.database
    .getRepository(releases)
    .existsBy({ pluginId: manifest.id, version: manifest.version })
  if (taken) throw releaseExists(manifest.id, manifest.version)
}

async function checkSignature(
  store: RegistryStore,
  { manifest, digests }: BundleContents,
  publication: Publication,
): Promise<VerifiedRelease> {
  const publisher = await getPublisher(store, publisherOf(manifest.id))
  const claim = {
    id: manifest.id,
    version: manifest.version,
    bundleDigest: digests.bundle,
    manifestDigest: digests.manifest,
    toolsDigest: digests.tools,
  }
  const signed = verifyRelease(claim, publication.signature, publisher.keys)
  const now = Date.now()
  if (Date.parse(signed.predicate.signedAt) > now + CLOCK_SKEW_MS) {
    throw registryError(
      'RELEASE_SIGNED_IN_FUTURE',
      'Expected a signature of the past, found one of the future. Set the clock and sign again.',
    )
  }
  checkKeyValidity(signed.key, new Date(now).toISOString(), 'publisher')
  return signed
}

async function describeRelease(
  store: RegistryStore,
  { manifest, digests, readme, changelog }: BundleContents,
  facts: { readonly size: number; readonly tokenId: string; readonly signed: VerifiedRelease },
): Promise<ReleaseRow> {
  const publishedAt = new Date()
  const subject = { id: manifest.id, version: manifest.version, bundleDigest: digests.bundle }
  return {
    pluginId: manifest.id,
    version: manifest.version,
    bundleDigest: digests.bundle,
    size: facts.size,
    manifest,
    manifestDigest: digests.manifest,
    toolsDigest: digests.tools,
    readmeHtml: readme === undefined ? '' : await renderReadme(readme),
    changelogHtml: changelog === undefined ? '' : await renderReadme(changelog),
    publishSignature: facts.signed.bundle,
    admissionSignature: await signAdmission(subject, facts.signed.bundle, store.key, publishedAt),
    publishedBy: facts.tokenId,
    publishedAt: publishedAt.toISOString(),
    yankedAt: null,
  }
}
