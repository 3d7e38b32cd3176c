import type { VersionFacts } from '../packages/version-facts.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { packageVersions } from '../store/rows/package-rows.ts'
import { versionExists, versionUnpublished } from './admit-release.ts'

/** An early answer to whoever publishes a version twice; the transaction decides. */
export async function checkFree(
  store: RegistryStore,
  { name, version }: Pick<VersionFacts, 'name' | 'version'>,
): Promise<void> {
  const row = await store.database.getRepository(packageVersions).findOne({
    where: { packageName: name, version },
    select: { packageName: true, version: true, unpublishedAt: true },
  })
  if (row === null) return
  throw row.unpublishedAt === null ? versionExists(name, version) : versionUnpublished(name, version)
}
