import { accountError } from '../accounts/errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isOneOf } from '../store/query.ts'
import { accounts, members, packageMembers } from '../store/rows/account-rows.ts'
import { type PackageRow, packages } from '../store/rows/package-rows.ts'
import { scopeOf } from './names.ts'

/** Packages of a publisher, by name. */
export async function packagesOfPublisher(store: RegistryStore, publisherId: string): Promise<readonly PackageRow[]> {
  return store.database.getRepository(packages).find({ where: { publisherId }, order: { name: 'asc' } })
}

/** Packages that an account may publish: its own, and those of the publishers it is a member of. */
export async function packagesOfAccount(store: RegistryStore, accountName: string): Promise<readonly PackageRow[]> {
  const account = await store.database.getRepository(accounts).findOneBy({ name: accountName })
  if (account === null) throw accountError('ACCOUNT_NOT_FOUND', `Expected an account named ${accountName}, found none.`)
  const accountId = account.id
  const own = await store.database.getRepository(packageMembers).findBy({ accountId })
  const memberships = await store.database.getRepository(members).findBy({ accountId })
  return store.database.getRepository(packages).find({
    where: [
      { name: isOneOf(own.map(({ packageName }) => packageName)) },
      { publisherId: isOneOf(memberships.map(({ publisherId }) => publisherId)) },
    ],
    order: { name: 'asc' },
  })
}

/** What each account may do with a package: `write` or `read`, in npm's words. */
export async function collaboratorsOf(
  store: RegistryStore,
  packageName: string,
): Promise<Readonly<Record<string, 'write' | 'read'>>> {
  const publisherId = scopeOf(packageName)
  const rows = [
    ...(publisherId === null ? [] : await store.database.getRepository(members).findBy({ publisherId })),
    ...(await store.database.getRepository(packageMembers).findBy({ packageName })),
  ]
  const known = await store.database
    .getRepository(accounts)
    .findBy({ id: isOneOf(rows.map(({ accountId }) => accountId)) })
  const named = known.map(({ id, name }) => {
    const writes = rows.some(({ accountId, role }) => accountId === id && role !== 'reader')
    return [name, writes ? 'write' : 'read'] as const
  })
  return Object.fromEntries(named)
}
