import type { Actor } from '../accounts/actor.ts'
import { requireManage } from '../accounts/permissions.ts'
import type { Review } from '../contract/reviews.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { reviews } from '../store/rows/review-rows.ts'
import { findShown } from './find-shown.ts'
import { toReview } from './present.ts'

/** The plugin's owners answer a review, or take their answer back. */
export async function replyReview(
  store: RegistryStore,
  actor: Actor | undefined,
  target: { readonly plugin: string; readonly review: string },
  text: string | null,
): Promise<Review> {
  await requireManage(store, actor, `@${target.plugin}`)
  return store.database.transaction(async (manager) => {
    const row = await findShown(manager, target.plugin, target.review)
    const reply = { replyText: text, repliedAt: text === null ? null : new Date().toISOString() }
    await manager.update(reviews, { id: row.id }, reply)
    return toReview({ ...row, ...reply })
  })
}
