import type { Actor } from './actor.ts'

/** Who did it, as records of moderation and advisories keep it: never a token. */
export function actorName(actor: Actor | undefined): string {
  if (actor === undefined) return 'nobody'
  switch (actor.kind) {
    case 'admin':
      return 'admin'
    case 'account':
      return `account:${actor.accountId}`
    case 'publisher':
      return `publisher:${actor.publisherId}`
    case 'trusted':
      return `workflow:${actor.trustId}`
  }
}
