import { randomUUID } from 'node:crypto'
import { actorName } from '../accounts/actor-name.ts'
import type { Actor } from '../accounts/actor.ts'
import type { ModerationDecision, OwnReview } from '../contract/reviews.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type Transaction, isNull } from '../store/query.ts'
import { type ReviewRow, moderations, reports, reviews } from '../store/rows/review-rows.ts'
import { reviewError } from './errors.ts'
import { toOwnReview } from './present.ts'

const SHOWN = { hiddenAt: null, hiddenReason: null, appealText: null, appealedAt: null, appealAnswer: null }

/** Decides about a review, with a reason that its author reads. Every decision is kept. */
export async function moderateReview(
  store: RegistryStore,
  actor: Actor | undefined,
  id: string,
  decision: ModerationDecision,
): Promise<OwnReview> {
  return store.database.transaction(async (manager) => {
    const row = await manager.findOneBy(reviews, { id })
    if (row === null || row.removedAt !== null) {
      throw reviewError('REVIEW_NOT_FOUND', 'Expected a review with this id, found none.')
    }
    const now = new Date().toISOString()
    const change = changeFor(row, decision, now)
    if (Object.keys(change).length > 0) await manager.update(reviews, { id }, change)
    await settleReports(manager, { reviewId: id }, decision.action === 'hide' ? 'upheld' : 'dismissed', now)
    await manager.insert(moderations, {
      id: randomUUID(),
      pluginId: row.pluginId,
      reviewId: id,
      action: decision.action,
      reason: decision.reason,
      actor: actorName(actor),
      at: now,
    })
    return toOwnReview({ ...row, ...change })
  })
}

function changeFor(row: ReviewRow, { action, reason }: ModerationDecision, now: string): Partial<ReviewRow> {
  if (action === 'hide') {
    if (row.hiddenAt !== null) throw reviewError('REVIEW_HIDDEN', 'Expected a review that is shown, found it hidden.')
    return { ...SHOWN, hiddenAt: now, hiddenReason: reason }
  }
  if (action === 'keep') return {}
  if (row.hiddenAt === null) throw reviewError('REVIEW_NOT_HIDDEN', 'Expected a review that is hidden, found it shown.')
  return action === 'restore' ? SHOWN : { appealAnswer: reason }
}

/** Says that the reports about a plugin were dealt with, and how. */
export async function settlePlugin(
  store: RegistryStore,
  actor: Actor | undefined,
  pluginId: string,
  reason: string,
): Promise<void> {
  await store.database.transaction(async (manager) => {
    const now = new Date().toISOString()
    const settled = await settleReports(manager, { pluginId, reviewId: isNull() }, 'upheld', now)
    if (settled === 0) throw reviewError('REPORT_NOT_FOUND', `Expected open reports about ${pluginId}, found none.`)
    await manager.insert(moderations, {
      id: randomUUID(),
      pluginId,
      reviewId: null,
      action: 'settle',
      reason,
      actor: actorName(actor),
      at: now,
    })
  })
}

async function settleReports(
  manager: Transaction,
  about: Readonly<Record<string, unknown>>,
  outcome: 'upheld' | 'dismissed',
  now: string,
): Promise<number> {
  const { affected } = await manager.update(reports, { ...about, outcome: isNull() }, { outcome, decidedAt: now })
  return affected ?? 0
}
