import type { BundleDigest } from '../bundle/digest.ts'
import { packageNameOf } from '../packages/names.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { downloads, plugins, releases } from '../store/rows/release-rows.ts'

/** Counts downloads of a bundle on this day. Bundles of plain packages are not counted. */
export async function recordDownload(
  store: RegistryStore,
  bundleDigest: BundleDigest,
  now = new Date(),
  times = 1,
): Promise<void> {
  const pluginId = await store.database.transaction(async (manager) => {
    const release = await manager.findOne(releases, {
      where: { bundleDigest },
      select: { pluginId: true, version: true },
    })
    if (release === null) return undefined
    const key = { pluginId: release.pluginId, day: now.toISOString().slice(0, 10) }
    await manager
      .createQueryBuilder()
      .insert()
      .into(downloads)
      .values({ ...key, count: 0 })
      .orIgnore()
      .execute()
    await manager.increment(downloads, key, 'count', times)
    await manager.increment(plugins, { id: release.pluginId }, 'downloads', times)
    return release.pluginId
  })
  if (pluginId !== undefined) store.changes.announce(packageNameOf(pluginId), 'downloads')
}
