import type { z } from 'zod'
import type { Rating, ReviewList, reviewQuery } from '../contract/reviews.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { plugins } from '../store/rows/release-rows.ts'
import { hosts, reviews } from '../store/rows/review-rows.ts'
import { toRating, toReview } from './present.ts'

const ORDER = {
  helpful: ['review.helpful', 'DESC'],
  newest: ['review.updatedAt', 'DESC'],
  highest: ['review.rating', 'DESC'],
  lowest: ['review.rating', 'ASC'],
} as const

/** What is shown of a plugin: not removed, not hidden, not of a blocked host. */
function shown(store: RegistryStore, pluginId: string) {
  return store.database
    .getRepository(reviews)
    .createQueryBuilder('review')
    .innerJoin(hosts.options.name, 'host', 'host.id = review.hostId AND host.blockedAt IS NULL')
    .where('review.pluginId = :pluginId AND review.removedAt IS NULL AND review.hiddenAt IS NULL', { pluginId })
}

/** A page of reviews of a plugin with its rating. */
export async function listReviews(
  store: RegistryStore,
  pluginId: string,
  query: z.output<typeof reviewQuery>,
): Promise<ReviewList> {
  await requirePlugin(store, pluginId)
  const skip = Number(query.cursor ?? 0)
  const [column, direction] = ORDER[query.sort]
  const rows = await shown(store, pluginId)
    .orderBy(column, direction)
    .addOrderBy('review.updatedAt', 'DESC')
    .addOrderBy('review.id', 'ASC')
    .skip(skip)
    .take(query.limit + 1)
    .getMany()
  return {
    items: rows.slice(0, query.limit).map(toReview),
    rating: await ratingOf(store, pluginId),
    ...(rows.length > query.limit ? { nextCursor: String(skip + query.limit) } : {}),
  }
}

/** Stars of a plugin, of all reviews that are shown. */
export async function ratingOf(store: RegistryStore, pluginId: string): Promise<Rating> {
  const counts = await shown(store, pluginId)
    .select('review.rating', 'rating')
    .addSelect('COUNT(*)', 'count')
    .groupBy('review.rating')
    .getRawMany<{ readonly rating: unknown; readonly count: unknown }>()
  return toRating(counts.map(({ rating, count }) => ({ rating: Number(rating), count: Number(count) })))
}

export async function requirePlugin(store: RegistryStore, pluginId: string): Promise<void> {
  if (await store.database.getRepository(plugins).existsBy({ id: pluginId })) return
  throw registryError('PLUGIN_NOT_FOUND', `Expected a plugin ${pluginId}, found none.`)
}
