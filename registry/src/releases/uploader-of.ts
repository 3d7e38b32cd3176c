import type { Actor } from '../accounts/actor.ts'
import { registryError } from '../errors.ts'

/** Whose upload it is: only the same publisher, account or workflow can publish it. */
export function uploaderOf(actor: Actor | undefined): string {
  if (actor?.kind === 'publisher') return actor.publisherId
  // A tilde is in no publisher's id, so that nobody can be called like an account.
  if (actor?.kind === 'account') return `~account-${actor.accountId}`
  if (actor?.kind === 'trusted') return `~workflow-${actor.trustId}`
  throw registryError('FORBIDDEN', 'Expected somebody who publishes, found somebody else.')
}
