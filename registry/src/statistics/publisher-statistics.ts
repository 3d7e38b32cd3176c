import type { Actor } from '../accounts/actor.ts'
import { requireManage } from '../accounts/permissions.ts'
import type { PublisherStatistics } from '../contract/statistics.ts'
import { ratingOf } from '../reviews/list-reviews.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { plugins } from '../store/rows/release-rows.ts'
import { pluginStatistics } from './plugin-statistics.ts'

/** All plugins of a publisher: what is downloaded, which versions are in use, how they are rated. */
export async function publisherStatistics(
  store: RegistryStore,
  actor: Actor | undefined,
  publisherId: string,
  days: number,
): Promise<PublisherStatistics> {
  await requireManage(store, actor, `@${publisherId}`)
  const rows = await store.database.getRepository(plugins).find({ where: { publisherId }, order: { id: 'asc' } })
  const own: PublisherStatistics['plugins'] = []
  for (const { id } of rows) {
    own.push({ ...(await pluginStatistics(store, id, days)), rating: await ratingOf(store, id) })
  }
  return { publisher: publisherId, plugins: own }
}
