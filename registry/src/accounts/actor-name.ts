import type { Actor } from './actor.ts'

/** Who did it, as records of moderation and advisories keep it: never a token. */
export function actorName(actor: Actor | undefined): string {
  if (actor === undefined) return 'nobody'
  if (actor.kind === 'admin') return 'admin'
  if (actor.kind === 'account') return `account:${actor.accountId}`
  return actor.kind === 'publisher' ? `publisher:${actor.publisherId}` : `workflow:${actor.trustId}`
}
