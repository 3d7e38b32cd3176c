import type { Actor } from '../../accounts/actor.ts'
import { roleOf } from '../../accounts/permissions.ts'
import { publisherOfTarget } from '../../accounts/target.ts'
import type { NameVerdict } from '../../contract/namespaces.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import { packages } from '../../store/rows/package-rows.ts'
import { publishers } from '../../store/rows/publisher-rows.ts'
import { nameDistance } from './name-distance.ts'
import { isReservedName } from './reserved-names.ts'
import { WELL_KNOWN_PACKAGES, WELL_KNOWN_PUBLISHERS } from './well-known.ts'

/**
 * Judges a name before its first publish: `held` when it is too close to an older or a popular name of somebody else, so
 * that a moderator looks before anybody installs it by mistake. For `@acme/web` in a publisher that exists only
 * `taken` and `free` are possible: who may publish there is known by its scope.
 */
export async function checkNewName(
  store: RegistryStore,
  actor: Actor | undefined,
  packageName: string,
): Promise<NameVerdict> {
  const publisherId = publisherOfTarget(packageName)
  const isPackage = publisherId === undefined || packageName.includes('/')
  if (isPackage && (await packageExists(store, packageName))) return { name: packageName, verdict: 'taken' }
  if (publisherId !== undefined && (await publisherExists(store, publisherId))) {
    return { name: packageName, verdict: isPackage ? 'free' : 'taken' }
  }
  // What is new is the publisher, or the whole name of a package without one.
  const name = publisherId === undefined ? packageName : `@${publisherId}`
  if (await isReservedName(store, publisherId ?? packageName)) return { name: packageName, verdict: 'reserved' }
  const nearest = await findNearest(store, actor, name)
  if (nearest !== undefined) {
    return { name: packageName, verdict: 'held', similarTo: nearest.name, distance: nearest.distance }
  }
  store.accounts.names.add(name)
  return { name: packageName, verdict: 'free' }
}

async function findNearest(store: RegistryStore, actor: Actor | undefined, name: string) {
  const { names } = store.accounts
  const known: readonly string[] = name.startsWith('@')
    ? WELL_KNOWN_PUBLISHERS.map((id) => `@${id}`)
    : WELL_KNOWN_PACKAGES
  const candidates = [
    ...(await names.sameSkeleton(store, name)).map((existing) => ({ name: existing, popular: false })),
    // A publisher is told apart from publishers, a package from packages.
    ...[...(await names.popular(store)), ...known].map((existing) => ({ name: existing, popular: true })),
  ]
  // The name of somebody well-known may be taken by whoever they are: there is nobody here to be mistaken for.
  if (known.includes(name)) return undefined
  const near = candidates
    .filter((existing) => existing.name !== name && isComparable(name, existing.name))
    .map((existing) => ({ name: existing.name, distance: nameDistance(name, existing) }))
    .filter(({ distance }) => distance < 1)
    .toSorted((left, right) => left.distance - right.distance)
  for (const one of near) if (await isSomebodyElses(store, actor, one.name, known)) return one
  return undefined
}

function isComparable(name: string, existing: string): boolean {
  return name.startsWith('@') === existing.startsWith('@') || !existing.startsWith('@') || existing.includes('/')
}

/** Who owns a name may take names like it; a name that came to nothing is nobody's. */
async function isSomebodyElses(
  store: RegistryStore,
  actor: Actor | undefined,
  name: string,
  known: readonly string[],
): Promise<boolean> {
  const isTaken = name.includes('/') || !name.startsWith('@') ? packageExists : publisherTaken
  if (!(await isTaken(store, name))) return known.includes(name)
  if (actor?.kind === 'publisher') return publisherOfTarget(name) !== actor.publisherId
  return actor?.kind !== 'account' || (await roleOf(store, actor.accountId, name)) !== 'owner'
}

function packageExists(store: RegistryStore, name: string): Promise<boolean> {
  return store.database.getRepository(packages).existsBy({ name })
}

function publisherExists(store: RegistryStore, id: string): Promise<boolean> {
  return store.database.getRepository(publishers).existsBy({ id })
}

function publisherTaken(store: RegistryStore, name: string): Promise<boolean> {
  return publisherExists(store, name.slice(1))
}
