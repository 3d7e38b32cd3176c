import type { HostStatement } from '../contract/host-statements.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { reviews } from '../store/rows/review-rows.ts'
import { reviewError } from './errors.ts'

/** Asks the moderators to look again at a review that they hid. Once for each time it is hidden. */
export async function appealReview(
  store: RegistryStore,
  said: Extract<HostStatement, { kind: 'review.appeal' }>,
): Promise<void> {
  await store.database.transaction(async (manager) => {
    const own = await manager.findOneBy(reviews, { pluginId: said.plugin, person: said.person })
    if (own === null || own.hiddenAt === null) {
      throw reviewError('REVIEW_NOT_HIDDEN', 'Expected a review of this person that is hidden, found none.')
    }
    if (own.appealedAt !== null) {
      throw reviewError('APPEAL_EXISTS', 'Expected the first appeal against this decision, found another before it.')
    }
    const appealedAt = new Date().toISOString()
    await manager.update(reviews, { id: own.id }, { appealText: said.text, appealedAt })
  })
}
