import type { MemberRole } from '../contract/accounts.ts'
import { publisherId as publisherIdSchema } from '../contract/identifiers.ts'
import type { TokenScope } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import { isReservedName } from '../publishers/names/reserved-names.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { members, packageMembers } from '../store/rows/account-rows.ts'
import { publishers } from '../store/rows/publisher-rows.ts'
import type { Actor } from './actor.ts'
import { requireSecondFactorFor } from './require-second-factor.ts'
import { type Target, publisherOfTarget } from './target.ts'

export { requireSecondFactor } from './require-second-factor.ts'

const PUBLISHING: readonly MemberRole[] = ['owner', 'maintainer']

/** True when the actor may publish this package and move its channels. A name that is nobody's is everybody's to take. */
export async function mayPublish(
  store: RegistryStore,
  actor: Actor | undefined,
  packageName: string,
): Promise<boolean> {
  return may(store, actor, packageName, 'publish', PUBLISHING)
}

/** True when the actor may change members, keys, tokens and access of a package (`@acme/weather`) or publisher (`@acme`). */
export async function mayManage(store: RegistryStore, actor: Actor | undefined, target: Target): Promise<boolean> {
  return may(store, actor, target, 'manage', ['owner'])
}

/** True when the actor may withdraw releases of this package. */
export async function mayYank(store: RegistryStore, actor: Actor | undefined, packageName: string): Promise<boolean> {
  return may(store, actor, packageName, 'yank', PUBLISHING)
}

/** True when the actor may see this package although it is restricted. */
export async function mayRead(store: RegistryStore, actor: Actor | undefined, packageName: string): Promise<boolean> {
  return may(store, actor, packageName, 'read', ['owner', 'maintainer', 'reader'])
}

/** Refuses with `FORBIDDEN`, or with `SECOND_FACTOR_REQUIRED` when only that is missing. */
export async function requirePublish(
  store: RegistryStore,
  actor: Actor | undefined,
  packageName: string,
): Promise<void> {
  if (!(await mayPublish(store, actor, packageName))) throw forbidden(`publish ${packageName}`)
  await requireSecondFactorFor(store, actor, packageName)
}

/** As `requirePublish`, for members, keys, tokens and access. */
export async function requireManage(store: RegistryStore, actor: Actor | undefined, target: Target): Promise<void> {
  if (!(await mayManage(store, actor, target))) throw forbidden(`manage ${target}`)
  await requireSecondFactorFor(store, actor, target)
}

/** As `requirePublish`, for withdrawing. */
export async function requireYank(store: RegistryStore, actor: Actor | undefined, packageName: string): Promise<void> {
  if (!(await mayYank(store, actor, packageName))) throw forbidden(`withdraw releases of ${packageName}`)
  await requireSecondFactorFor(store, actor, packageName)
}

function forbidden(what: string) {
  return registryError('FORBIDDEN', `Expected a token that may ${what}, found one that may not.`)
}

async function may(
  store: RegistryStore,
  actor: Actor | undefined,
  target: Target,
  scope: TokenScope,
  roles: readonly MemberRole[],
): Promise<boolean> {
  if (actor === undefined) return false
  if (actor.kind === 'admin') return true
  if (!actor.scopes.includes(scope) || !coversTarget(actor.packages, target)) return false
  if (actor.kind === 'trusted') return true
  const publisherId = publisherOfTarget(target)
  if (actor.kind === 'publisher') return publisherId === actor.publisherId
  const role = await roleOf(store, actor.accountId, target)
  if (role !== undefined) return roles.includes(role)
  return scope === 'publish' && isFree(store, target)
}

/** A token that is limited to packages covers a publisher only when it names the whole scope. */
function coversTarget(packages: readonly string[], target: Target): boolean {
  if (packages.length === 0 || packages.includes(target)) return true
  const publisherId = publisherOfTarget(target)
  return publisherId !== undefined && packages.includes(`@${publisherId}`)
}

/** The account's role in the publisher, or in the one package; the wider of the two. */
export async function roleOf(store: RegistryStore, accountId: string, target: Target): Promise<MemberRole | undefined> {
  const publisherId = publisherOfTarget(target)
  const inPublisher =
    publisherId === undefined ? null : await store.database.getRepository(members).findOneBy({ publisherId, accountId })
  const inPackage = await store.database.getRepository(packageMembers).findOneBy({ packageName: target, accountId })
  const order: readonly MemberRole[] = ['owner', 'maintainer', 'reader']
  return order.find((role) => inPublisher?.role === role || inPackage?.role === role)
}

/** A namespace that nobody has, where namespaces may be claimed; or a package without a scope that nobody has. */
async function isFree(store: RegistryStore, target: Target): Promise<boolean> {
  const publisherId = publisherOfTarget(target)
  if (publisherId === undefined) {
    const isOwned = await store.database.getRepository(packageMembers).existsBy({ packageName: target })
    return !isOwned && !(await isReservedName(store, target))
  }
  if (store.accounts.signUp !== 'open' || !publisherIdSchema.safeParse(publisherId).success) return false
  const isOwned = await store.database.getRepository(publishers).existsBy({ id: publisherId })
  return !isOwned && !(await isReservedName(store, publisherId))
}
