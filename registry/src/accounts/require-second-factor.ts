import type { PublishPolicy } from '../contract/namespaces.ts'
import { registryError } from '../errors.ts'
import { getPublishPolicy } from '../publishers/publish-policy.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { packages } from '../store/rows/package-rows.ts'
import type { AccountActor, Actor } from './actor.ts'
import { accountError } from './errors.ts'
import { type Target, publisherOfTarget } from './target.ts'

/**
 * Refuses a write without the second factor that the account, the publisher or the package asks for. Workflows show an
 * identity that lives for minutes and need none.
 */
export async function requireSecondFactorFor(
  store: RegistryStore,
  actor: Actor | undefined,
  target: Target,
): Promise<void> {
  if (actor === undefined || actor.kind === 'admin' || actor.kind === 'trusted') return
  const policy = await policyOf(store, target)
  if (actor.kind === 'publisher') {
    if (policy !== 'always') return
    throw registryError(
      'FORBIDDEN',
      `Expected a person with a second factor, or a trusted workflow, to publish ${target}, found a token of the publisher.`,
    )
  }
  requireOfAccount(actor, policy)
}

/** Refuses a write of an account that wants a second factor for writes, whatever is written. */
export function requireSecondFactor(actor: Actor | undefined): void {
  if (actor?.kind === 'account') requireOfAccount(actor, 'none')
}

function requireOfAccount(actor: AccountActor, policy: PublishPolicy): void {
  if (actor.secondFactor) return
  if (policy !== 'none' && !actor.hasSecondFactor) {
    throw accountError(
      'SECOND_FACTOR_MISSING',
      'Expected an account with a second factor, because the publisher asks for one, found none. Enrol one first.',
    )
  }
  const isAsked = actor.writesNeedSecondFactor || policy !== 'none'
  if (!isAsked || (actor.automation && policy !== 'always')) return
  throw accountError(
    'SECOND_FACTOR_REQUIRED',
    'Expected a code of the second factor in the header `npm-otp`, found none that is right. Send it again with a code.',
  )
}

async function policyOf(store: RegistryStore, target: Target): Promise<PublishPolicy> {
  const publisherId = publisherOfTarget(target)
  const ofPublisher = publisherId === undefined ? 'none' : await getPublishPolicy(store, publisherId)
  if (ofPublisher === 'always') return ofPublisher
  const row = await store.database.getRepository(packages).findOneBy({ name: target })
  return row?.requireSecondFactor === true ? 'automation' : ofPublisher
}
