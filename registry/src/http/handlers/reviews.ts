import type { reviewRoutes } from '../../contract/routes/reviews.ts'
import { acceptStatement } from '../../reviews/accept-statement.ts'
import { listCases } from '../../reviews/list-cases.ts'
import { listReviews } from '../../reviews/list-reviews.ts'
import { moderateReview, settlePlugin } from '../../reviews/moderate.ts'
import { admitHost, blockHost, registerHost } from '../../reviews/register-host.ts'
import { replyReview } from '../../reviews/reply-review.ts'
import { createReviewState } from '../../reviews/review-state.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function reviewHandlers(store: RegistryStore): HandlersOf<typeof reviewRoutes> {
  const state = createReviewState()
  return {
    reviews: ({ params, query }) => listReviews(store, idOf(params), query),
    stateReview: ({ params, body }) => acceptStatement(store, state, idOf(params), body.statement),
    replyReview: ({ actor, params, body }) =>
      replyReview(store, actor, { plugin: idOf(params), review: params.review }, body.text),
    async unreplyReview({ actor, params }) {
      await replyReview(store, actor, { plugin: idOf(params), review: params.review }, null)
    },
    moderationCases: () => listCases(store),
    moderateReview: ({ actor, params, body }) => moderateReview(store, actor, params.review, body),
    settlePlugin: ({ actor, params, body }) => settlePlugin(store, actor, idOf(params), body.reason),
    registerHost: ({ body }) => registerHost(store, state, body),
    admitHost: ({ body }) => admitHost(store, body.publicKey),
    blockHost: ({ params, body }) => blockHost(store, params.host, body.reason),
    unblockHost: ({ params }) => blockHost(store, params.host, null),
  }
}

function idOf(params: { readonly publisher: string; readonly name: string }): string {
  return `${params.publisher}/${params.name}`
}
