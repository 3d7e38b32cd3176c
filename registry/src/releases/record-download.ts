import type { BundleDigest } from '../bundle/digest.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { downloads, plugins, releases } from '../store/rows/release-rows.ts'

/** Counts one download of a bundle on this day. */
export async function recordDownload(
  store: RegistryStore,
  bundleDigest: BundleDigest,
  now = new Date(),
): Promise<void> {
  await store.database.transaction(async (manager) => {
    const release = await manager.findOne(releases, {
      where: { bundleDigest },
      select: { pluginId: true, version: true },
    })
    if (release === null) return
    const key = { pluginId: release.pluginId, day: now.toISOString().slice(0, 10) }
    await manager
      .createQueryBuilder()
      .insert()
      .into(downloads)
      .values({ ...key, count: 0 })
      .orIgnore()
      .execute()
    await manager.increment(downloads, key, 'count', 1)
    await manager.increment(plugins, { id: release.pluginId }, 'downloads', 1)
  })
}
