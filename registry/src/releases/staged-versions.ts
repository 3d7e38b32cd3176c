import { readPlainPackage } from '../bundle/read-plain-package.ts'
import { scanBundle } from '../bundle/read-bundle.ts'
import { packageError } from '../packages/errors.ts'
import { describeVersion } from '../packages/describe-version.ts'
import { scopeOf } from '../packages/names.ts'
import { factsOfPackage } from '../packages/version-facts.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type StagedVersionRow, stagedVersions } from '../store/rows/package-rows.ts'
import { admitRelease } from './admit-release.ts'
import { describeRelease } from './describe-release.ts'
import { removeUnlessKept } from './keep-blob.ts'
import { verifyPublisher } from './verify-publisher.ts'

/** Staged versions, oldest first; of one package, or of all. */
export async function listStaged(store: RegistryStore, packageName?: string): Promise<readonly StagedVersionRow[]> {
  return store.database.getRepository(stagedVersions).find({
    where: packageName === undefined ? {} : { packageName },
    order: { stagedAt: 'asc', id: 'asc' },
  })
}

export async function getStaged(store: RegistryStore, id: string): Promise<StagedVersionRow> {
  const row = await store.database.getRepository(stagedVersions).findOneBy({ id })
  if (row !== null) return row
  throw packageError(
    'STAGED_VERSION_NOT_FOUND',
    'Expected a staged version with this id, found none. It may have been decided already.',
  )
}

/** Publishes a staged version: read and verified once more, because keys and rules may have changed while it waited. */
export async function approveStaged(store: RegistryStore, row: StagedVersionRow): Promise<void> {
  const path = store.blobs.pathOf(asBundleDigest(row.bundleDigest))
  const contents = await readPlainPackage(path)
  const plugin =
    contents.isPlugin && scopeOf(contents.packageJson.name) !== null
      ? (await scanBundle(await store.blobs.read(asBundleDigest(row.bundleDigest)))).contents
      : undefined
  const facts = factsOfPackage(contents, plugin)
  const publishedAt = new Date()
  const signed =
    plugin === undefined || row.signature === null ? undefined : await verifyPublisher(store, plugin, row.signature)
  await admitRelease(store, {
    facts,
    manifest: describeVersion(facts),
    tag: row.tag,
    ...(row.access === null ? {} : { access: row.access }),
    attestations: row.attestations,
    release:
      plugin === undefined || signed === undefined
        ? undefined
        : await describeRelease(store, plugin, { size: row.size, publishedBy: row.id, signed, publishedAt }),
    actor: row.author,
    publishedAt,
    stagedId: row.id,
  })
}

/** Throws a staged version away: neither row nor file stays. */
export async function rejectStaged(store: RegistryStore, row: StagedVersionRow): Promise<void> {
  const { affected } = await store.database.getRepository(stagedVersions).delete({ id: row.id })
  if (affected !== 0) await removeUnlessKept(store, asBundleDigest(row.bundleDigest))
}
