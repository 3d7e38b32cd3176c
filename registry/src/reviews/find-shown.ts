import type { Transaction } from '../store/query.ts'
import { type ReviewRow, reviews } from '../store/rows/review-rows.ts'
import { reviewError } from './errors.ts'

/** A review of the plugin that people can see. */
export async function findShown(manager: Transaction, pluginId: string, id: string): Promise<ReviewRow> {
  const row = await manager.findOneBy(reviews, { id, pluginId })
  if (row !== null && row.removedAt === null && row.hiddenAt === null) return row
  throw reviewError('REVIEW_NOT_FOUND', `Expected a review of ${pluginId} with this id, found none.`)
}
