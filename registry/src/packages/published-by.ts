import type { Actor } from '../accounts/actor.ts'

/** Who published, as npm clients show it. */
export function publishedBy(actor: Actor): string {
  switch (actor.kind) {
    case 'admin':
      return 'admin'
    case 'account':
      return actor.name
    case 'publisher':
      return actor.publisherId
    case 'trusted':
      return `workflow ${actor.trustId}`
  }
}
