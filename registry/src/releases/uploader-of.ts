import type { Actor } from '../accounts/actor.ts'
import { registryError } from '../errors.ts'

/** Whose upload it is: only the same publisher, account or workflow can publish it. */
export function uploaderOf(actor: Actor | undefined): string {
  switch (actor?.kind) {
    case 'publisher':
      return actor.publisherId
    // A tilde is in no publisher's id, so that nobody can be called like an account.
    case 'account':
      return `~account-${actor.accountId}`
    case 'trusted':
      return `~workflow-${actor.trustId}`
    default:
      throw registryError('FORBIDDEN', 'Expected somebody who publishes, found somebody else.')
  }
}
