import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type Transaction, isOneOf } from '../store/query.ts'
import { accounts, members, packageMembers } from '../store/rows/account-rows.ts'
import { publishers } from '../store/rows/publisher-rows.ts'
import type { Actor } from './actor.ts'
import { publisherOfTarget } from './target.ts'

/**
 * Makes the account the owner of a package name that is nobody's yet, inside the transaction of the first publish: of the
 * whole publisher for `@acme/weather`, of the package for `left-pad`. Does nothing for a name that is owned. Of two that
 * claim at once, the unique key of the publisher, or of the package row in the same transaction, lets one win.
 */
export async function claimName(manager: Transaction, actor: Actor, packageName: string): Promise<void> {
  if (actor.kind !== 'account') return
  const owner = { accountId: actor.accountId, role: 'owner', createdAt: new Date().toISOString() } as const
  const publisherId = publisherOfTarget(packageName)
  if (publisherId === undefined) {
    if (await manager.existsBy(packageMembers, { packageName })) return
    await manager.insert(packageMembers, { packageName, ...owner })
    return
  }
  if (await manager.existsBy(publishers, { id: publisherId })) return
  await manager.insert(publishers, { id: publisherId, displayName: publisherId, createdAt: owner.createdAt })
  await manager.insert(members, { publisherId, ...owner })
  await appendToLog(manager, { kind: 'owner.added', publisherId, accountId: actor.accountId, role: 'owner' })
}

/** Names of the accounts that may publish a package, owners first: npm's `maintainers`. */
export async function maintainersOf(
  store: RegistryStore,
  packageName: string,
): Promise<readonly { readonly name: string; readonly email: string }[]> {
  const publisherId = publisherOfTarget(packageName)
  const inPackage = await store.database.getRepository(packageMembers).findBy({ packageName })
  const inPublisher =
    publisherId === undefined ? [] : await store.database.getRepository(members).findBy({ publisherId })
  const publishing = [...inPackage, ...inPublisher]
    .filter(({ role }) => role !== 'reader')
    .toSorted((left, right) => right.role.localeCompare(left.role))
  const rows = await store.database
    .getRepository(accounts)
    .findBy({ id: isOneOf(publishing.map(({ accountId }) => accountId)) })
  const found = publishing.flatMap(({ accountId }) => rows.filter(({ id }) => id === accountId))
  return [...new Set(found)].map(({ name, email }) => ({ name, email }))
}
