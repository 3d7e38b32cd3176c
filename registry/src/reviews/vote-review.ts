import type { HostStatement } from '../contract/host-statements.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { reviewVotes, reviews } from '../store/rows/review-rows.ts'
import { findShown } from './find-shown.ts'
import { reviewError } from './errors.ts'

/** Says that a review helped, or takes that back. Nobody votes for their own. */
export async function voteReview(
  store: RegistryStore,
  said: Extract<HostStatement, { kind: 'review.vote' }>,
): Promise<void> {
  await store.database.transaction(async (manager) => {
    const review = await findShown(manager, said.plugin, said.review)
    if (review.person === said.person) {
      throw reviewError('REVIEW_OWN', "Expected a vote for somebody else's review, found the person's own.")
    }
    const key = { reviewId: review.id, person: said.person }
    const before = await manager.findOneBy(reviewVotes, key)
    if (before !== null && before.signedAt >= said.signedAt) {
      throw reviewError('STATEMENT_OUTDATED', `Expected a statement newer than ${before.signedAt}, found an older one.`)
    }
    await manager.save(reviewVotes, {
      ...key,
      pluginId: said.plugin,
      helpful: said.helpful ? 1 : 0,
      signedAt: said.signedAt,
    })
    const helpful = await manager.countBy(reviewVotes, { reviewId: review.id, helpful: 1 })
    await manager.update(reviews, { id: review.id }, { helpful })
  })
}
