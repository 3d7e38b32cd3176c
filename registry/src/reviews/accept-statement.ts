import { type HostStatement, hostStatement } from '../contract/host-statements.ts'
import type { MyReview } from '../contract/reviews.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type HostRow, reviewVotes, reviews } from '../store/rows/review-rows.ts'
import { appealReview } from './appeal-review.ts'
import { requirePlugin } from './list-reviews.ts'
import { reviewError } from './errors.ts'
import { openReport } from './open-report.ts'
import { toOwnReview } from './present.ts'
import { putReview, removeReview } from './put-review.ts'
import { readStatement } from './read-statement.ts'
import type { ReviewState } from './review-state.ts'
import { voteReview } from './vote-review.ts'

/** Does what a host says in the name of one of its people, and answers with what that person has said of the plugin. */
export async function acceptStatement(
  store: RegistryStore,
  state: ReviewState,
  pluginId: string,
  statement: string,
): Promise<MyReview> {
  const { host, said } = await readStatement(store, statement, hostStatement)
  state.countStatement(host.id, said.person)
  await requirePlugin(store, said.plugin)
  requireSamePlugin(said, pluginId)
  await act(store, host, said)
  return mineOf(store, said)
}

async function act(store: RegistryStore, host: HostRow, said: HostStatement): Promise<void> {
  switch (said.kind) {
    case 'review.put':
      return putReview(store, host, said)
    case 'review.remove':
      return removeReview(store, said)
    case 'review.vote':
      return voteReview(store, said)
    case 'report.open':
      return openReport(store, host, said)
    case 'review.appeal':
      return appealReview(store, said)
    case 'review.mine':
  }
}

async function mineOf(store: RegistryStore, { plugin, person }: HostStatement): Promise<MyReview> {
  const own = await store.database.getRepository(reviews).findOneBy({ pluginId: plugin, person })
  const votes = await store.database.getRepository(reviewVotes).findBy({ pluginId: plugin, person, helpful: 1 })
  return {
    ...(own === null || own.removedAt !== null ? {} : { review: toOwnReview(own) }),
    votes: votes.map(({ reviewId }) => reviewId),
  }
}

function requireSamePlugin({ plugin }: HostStatement, pluginId: string): void {
  if (plugin === pluginId) return
  throw reviewError('STATEMENT_INVALID', `Expected a statement about ${pluginId}, found one about ${plugin}.`)
}
