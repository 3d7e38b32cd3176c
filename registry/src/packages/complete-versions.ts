import { readPlainPackage } from '../bundle/read-plain-package.ts'
import { integrityOf, signDist } from '../signing/dist-signature.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type PackageVersionRow, packageVersions } from '../store/rows/package-rows.ts'
import { describeVersion } from './describe-version.ts'
import { shownReadme } from './packument.ts'
import { factsOfPackage } from './version-facts.ts'

/**
 * Fills in what a migration could not know of versions that were published before packages were kept: it is in their
 * bundles. Versions whose bundle is gone stay as they are; nobody can install them anyway.
 */
export async function completeVersions(store: Pick<RegistryStore, 'database' | 'blobs' | 'keys'>): Promise<void> {
  const rows = await store.database.getRepository(packageVersions).findBy({ shasum: '' })
  for (const row of rows) {
    const file = await store.blobs.open(asBundleDigest(row.bundleDigest))
    await file?.close()
    if (file !== undefined) await complete(store, row)
  }
}

async function complete(
  store: Pick<RegistryStore, 'database' | 'blobs' | 'keys'>,
  { packageName, version, bundleDigest }: PackageVersionRow,
): Promise<void> {
  const digest = asBundleDigest(bundleDigest)
  const facts = factsOfPackage(await readPlainPackage(store.blobs.pathOf(digest)), undefined)
  const subject = { name: packageName, version, integrity: integrityOf(digest) }
  await store.database.getRepository(packageVersions).update(
    { packageName, version },
    {
      shasum: facts.shasum,
      fileCount: facts.files.length,
      unpackedSize: facts.unpackedSize,
      manifest: describeVersion(facts),
      readme: shownReadme(facts.readme),
      distSignatures: [signDist(subject, store.keys.current('dist'))],
    },
  )
}
