import type { OwnReview, Rating, Review } from '../contract/reviews.ts'
import type { ReviewRow } from '../store/rows/review-rows.ts'

/** Rows as the contract shows them: never with host or person. */
export function toReview(row: ReviewRow): Review {
  return {
    id: row.id,
    plugin: row.pluginId,
    version: row.version,
    rating: row.rating,
    ...(row.title === null ? {} : { title: row.title }),
    ...(row.text === null ? {} : { text: row.text }),
    ...(row.author === null ? {} : { author: row.author }),
    createdAt: row.createdAt,
    ...(row.updatedAt === row.createdAt ? {} : { editedAt: row.updatedAt }),
    helpful: row.helpful,
    ...(row.replyText === null || row.repliedAt === null ? {} : { reply: { text: row.replyText, at: row.repliedAt } }),
  }
}

export function toOwnReview(row: ReviewRow): OwnReview {
  return {
    ...toReview(row),
    ...(row.hiddenAt === null ? {} : { hidden: { reason: row.hiddenReason ?? '', at: row.hiddenAt } }),
    ...(row.appealText === null || row.appealedAt === null
      ? {}
      : {
          appeal: {
            text: row.appealText,
            at: row.appealedAt,
            ...(row.appealAnswer === null ? {} : { answer: row.appealAnswer }),
          },
        }),
  }
}

/** Stars from one to five with how many gave them → average and histogram. */
export function toRating(counts: readonly { readonly rating: number; readonly count: number }[]): Rating {
  const histogram: Rating['histogram'] = [0, 0, 0, 0, 0]
  for (const { rating, count } of counts) histogram[rating - 1] = count
  const count = histogram.reduce((sum, one) => sum + one, 0)
  const stars = histogram.reduce((sum, one, index) => sum + one * (index + 1), 0)
  return { average: count === 0 ? 0 : Math.round((stars / count) * 100) / 100, count, histogram }
}
