import type { BundleDigest } from '../bundle/digest.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { packageVersions, stagedVersions } from '../store/rows/package-rows.ts'

/** True while a version or a staged version has these bytes. Unpublished versions have none any more. */
export async function isKept(store: Pick<RegistryStore, 'database'>, bundleDigest: BundleDigest): Promise<boolean> {
  const { database } = store
  return (
    (await database.getRepository(packageVersions).existsBy({ bundleDigest, unpublishedAt: isNull() })) ||
    (await database.getRepository(stagedVersions).existsBy({ bundleDigest }))
  )
}

/** Removes a blob that nothing needs, after the transaction that stopped needing it. */
export async function removeUnlessKept(store: RegistryStore, digest: BundleDigest): Promise<void> {
  await store.blobs.removeUnless(digest, () => isKept(store, digest))
}
