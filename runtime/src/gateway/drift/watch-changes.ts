import type { UpstreamTable } from '../upstream/upstream.ts'
import type { DefinitionReview } from './definition-review.ts'
import { REVIEW_DELAY_MS, REVIEW_TIMEOUT_MS } from './limits.ts'

/**
 * Reviews what an upstream says as soon as it says that it changed, whether or not a client asks: people hear of a held
 * definition at once. One review for all changes of a moment.
 */
export function watchChanges(
  upstreams: Pick<UpstreamTable, 'get' | 'onChange'>,
  review: Pick<DefinitionReview, 'review'>,
): Disposable {
  const timers = new Map<string, NodeJS.Timeout>()
  const look = async (upstreamId: string): Promise<void> => {
    timers.delete(upstreamId)
    const upstream = upstreams.get(upstreamId)
    // What a user's own connection says is reviewed when that user asks.
    if (upstream === undefined || upstream.isPerUser === true) return
    try {
      await review.review(upstream, await upstream.catalog(AbortSignal.timeout(REVIEW_TIMEOUT_MS)))
    } catch {
      // It went away or the database did: whoever asks next starts the review again.
    }
  }
  const watching = upstreams.onChange((_workspaceId, upstreamId, { kind }) => {
    // The first sight counts as soon as there is one, and not when the first client happens to ask.
    const isSeen = kind === 'state' && upstreams.get(upstreamId)?.state() === 'ready'
    if ((kind !== 'tools' && kind !== 'prompts' && !isSeen) || timers.has(upstreamId)) return
    const timer = setTimeout(() => void look(upstreamId), REVIEW_DELAY_MS)
    timer.unref()
    timers.set(upstreamId, timer)
  })
  return {
    [Symbol.dispose]() {
      watching[Symbol.dispose]()
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}
