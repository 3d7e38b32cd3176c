import type { TokenScope } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'

interface TokenFacts {
  readonly tokenId: string
  readonly scopes: readonly TokenScope[]
  /** `@scope`, `@scope/name` or `name` the token is limited to; none: everything its owner may. */
  readonly packages: readonly string[]
}

/** A person with a token. */
export interface AccountActor extends TokenFacts {
  readonly kind: 'account'
  readonly accountId: string
  readonly name: string
  /** A right code of the second factor came with this request. */
  readonly secondFactor: boolean
  /** The token may write without a code, unless the package asks for one from everybody. */
  readonly automation: boolean
  readonly hasSecondFactor: boolean
  /** The account wants a second factor for every write. */
  readonly writesNeedSecondFactor: boolean
}

/** Whoever shows a token of a publisher. */
export interface PublisherActor extends TokenFacts {
  readonly kind: 'publisher'
  readonly publisherId: string
}

/** A workflow that showed its identity: it may publish the one package that trusts it. */
export interface TrustedActor extends TokenFacts {
  readonly kind: 'trusted'
  readonly trustId: string
  /** What it publishes waits for a person. */
  readonly stageOnly: boolean
}

/** Whoever shows a valid token. */
export type Actor = { readonly kind: 'admin' } | AccountActor | PublisherActor | TrustedActor

/** True for a workflow whose versions wait until a person approves them. */
export function mayOnlyStage(actor: Actor): boolean {
  return actor.kind === 'trusted' && actor.stageOnly
}

/** Refuses whoever is no account. */
export function requireAccount(actor: Actor | undefined): AccountActor {
  if (actor?.kind === 'account') return actor
  throw registryError('FORBIDDEN', 'Expected a token of an account, found one that belongs to something else.')
}
