import type { MemberRole } from '../contract/accounts.ts'
import { accountError } from '../accounts/errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { accounts, packageMembers } from '../store/rows/account-rows.ts'
import { roleOf } from '../accounts/permissions.ts'

/** Lets an account publish one package. One that may already, through the publisher, stays as it is. */
export async function setPackageMember(
  store: RegistryStore,
  packageName: string,
  accountName: string,
  role: MemberRole,
): Promise<void> {
  const account = await store.database.getRepository(accounts).findOneBy({ name: accountName })
  if (account === null || account.disabledAt !== null) {
    throw accountError('ACCOUNT_NOT_FOUND', `Expected an account named ${accountName}, found none.`)
  }
  const present = await roleOf(store, account.id, packageName)
  if (present === role || present === 'owner') return
  const row = { packageName, accountId: account.id, role, createdAt: new Date().toISOString() }
  await store.database.getRepository(packageMembers).upsert(row, ['packageName', 'accountId'])
}

/** Takes an account off one package. A package without a publisher keeps its last member. */
export async function removePackageMember(
  store: RegistryStore,
  packageName: string,
  accountName: string,
): Promise<void> {
  const account = await store.database.getRepository(accounts).findOneBy({ name: accountName })
  await store.database.transaction(async (manager) => {
    const rows = await manager.findBy(packageMembers, { packageName })
    const row = rows.find(({ accountId }) => accountId === account?.id)
    if (row === undefined) {
      throw accountError(
        'MEMBER_NOT_FOUND',
        `Expected ${accountName} to be a member of ${packageName}, found that not.`,
      )
    }
    if (!packageName.startsWith('@') && !rows.some((other) => other !== row && other.role === 'owner')) {
      throw accountError(
        'LAST_OWNER',
        `Expected ${packageName} to keep an owner, found its last one. Add another owner first.`,
      )
    }
    await manager.delete(packageMembers, { packageName, accountId: row.accountId })
  })
}
