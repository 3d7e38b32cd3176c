import type { ModerationCase } from '../contract/reviews.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull, isOneOf } from '../store/query.ts'
import {
  type ModerationRow,
  type ReportRow,
  type ReviewRow,
  moderations,
  reports,
  reviews,
} from '../store/rows/review-rows.ts'
import { MODERATION_PAGE } from './limits.ts'
import { toOwnReview } from './present.ts'

/** What waits for a moderator: open reports, oldest first, and appeals that nobody answered. */
export async function listCases(store: RegistryStore): Promise<{ readonly items: ModerationCase[] }> {
  const open = await store.database
    .getRepository(reports)
    .find({ where: { outcome: isNull() }, order: { createdAt: 'asc' }, take: MODERATION_PAGE })
  const appealed = await appeals(store)
  const reported = await store.database
    .getRepository(reviews)
    .findBy({ id: isOneOf(open.flatMap(({ reviewId }) => (reviewId === null ? [] : [reviewId]))) })
  const about = [...new Map([...reported, ...appealed].map((row) => [row.id, row])).values()]
  const history = await historyOf(store, [
    ...about.map(({ pluginId }) => pluginId),
    ...open.map(({ pluginId }) => pluginId),
  ])
  const plugins = [...new Set(open.filter(({ reviewId }) => reviewId === null).map(({ pluginId }) => pluginId))]
  return {
    items: [
      ...about.filter(({ removedAt }) => removedAt === null).map((row) => reviewCase(row, open, history)),
      ...plugins.map((pluginId) => pluginCase(pluginId, open, history)),
    ],
  }
}

function appeals(store: RegistryStore): Promise<ReviewRow[]> {
  return store.database
    .getRepository(reviews)
    .createQueryBuilder('review')
    .where('review.appealedAt IS NOT NULL AND review.appealAnswer IS NULL AND review.removedAt IS NULL')
    .orderBy('review.appealedAt', 'ASC')
    .take(MODERATION_PAGE)
    .getMany()
}

function historyOf(store: RegistryStore, pluginIds: readonly string[]): Promise<ModerationRow[]> {
  return store.database
    .getRepository(moderations)
    .find({ where: { pluginId: isOneOf([...new Set(pluginIds)]) }, order: { at: 'asc' } })
}

function reviewCase(row: ReviewRow, open: readonly ReportRow[], history: readonly ModerationRow[]): ModerationCase {
  return {
    target: 'review',
    plugin: row.pluginId,
    review: toOwnReview(row),
    reports: open.filter(({ reviewId }) => reviewId === row.id).map(toReport),
    history: history.filter(({ reviewId }) => reviewId === row.id).map(toAction),
  }
}

function pluginCase(pluginId: string, open: readonly ReportRow[], history: readonly ModerationRow[]): ModerationCase {
  const isAbout = (row: { readonly pluginId: string; readonly reviewId: string | null }) =>
    row.pluginId === pluginId && row.reviewId === null
  return {
    target: 'plugin',
    plugin: pluginId,
    reports: open.filter(isAbout).map(toReport),
    history: history.filter(isAbout).map(toAction),
  }
}

function toReport({ id, reason, text, createdAt }: ReportRow) {
  return { id, reason, ...(text === null ? {} : { text }), createdAt }
}

function toAction({ action, reason, actor, at }: ModerationRow) {
  return { action, reason, by: actor, at }
}
