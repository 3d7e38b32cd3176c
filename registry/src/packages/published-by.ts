import type { Actor } from '../accounts/actor.ts'

/** Who published, as npm clients show it. */
export function publishedBy(actor: Actor): string {
  if (actor.kind === 'account') return actor.name
  if (actor.kind === 'publisher') return actor.publisherId
  return actor.kind === 'trusted' ? `workflow ${actor.trustId}` : 'admin'
}
