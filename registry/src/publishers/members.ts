import type { MemberRole } from '../contract/accounts.ts'
import type { Member } from '../contract/namespaces.ts'
import { accountError } from '../accounts/errors.ts'
import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type Transaction, isOneOf } from '../store/query.ts'
import { accounts, members } from '../store/rows/account-rows.ts'
import { publishers } from '../store/rows/publisher-rows.ts'
import { publisherNotFound } from './get-publisher.ts'

/** Members of a publisher, oldest first. */
export async function listMembers(store: RegistryStore, publisherId: string): Promise<readonly Member[]> {
  const rows = await store.database
    .getRepository(members)
    .find({ where: { publisherId }, order: { createdAt: 'ASC', accountId: 'ASC' } })
  const names = await store.database
    .getRepository(accounts)
    .findBy({ id: isOneOf(rows.map(({ accountId }) => accountId)) })
  return rows.flatMap(({ accountId, role, createdAt }) =>
    names.filter(({ id }) => id === accountId).map(({ name }) => ({ account: name, role, since: createdAt })),
  )
}

/** Makes an account a member, or gives a member another role. The last owner stays one. */
export async function setMember(
  store: RegistryStore,
  publisherId: string,
  accountName: string,
  role: MemberRole,
): Promise<void> {
  const accountId = await findAccountId(store, accountName)
  await store.database.transaction(async (manager) => {
    await lockPublisher(manager, store, publisherId)
    const before = await manager.findOneBy(members, { publisherId, accountId })
    if (before?.role === role) return
    if (before?.role === 'owner') await requireOtherOwner(manager, publisherId, accountId)
    if (before !== null) await removeRow(manager, publisherId, accountId, before.role)
    await addRow(manager, publisherId, accountId, role)
  })
}

/** Ends a membership. The last owner cannot leave. */
export async function removeMember(store: RegistryStore, publisherId: string, accountName: string): Promise<void> {
  const accountId = await findAccountId(store, accountName)
  await store.database.transaction(async (manager) => {
    await lockPublisher(manager, store, publisherId)
    const before = await manager.findOneBy(members, { publisherId, accountId })
    if (before === null) {
      throw accountError(
        'MEMBER_NOT_FOUND',
        `Expected ${accountName} to be a member of ${publisherId}, found that not.`,
      )
    }
    if (before.role === 'owner') await requireOtherOwner(manager, publisherId, accountId)
    await removeRow(manager, publisherId, accountId, before.role)
  })
}

/** Hands a publisher over: the other account becomes its only owner, who were owners stay as maintainers. */
export async function transferPublisher(store: RegistryStore, publisherId: string, accountName: string): Promise<void> {
  const accountId = await findAccountId(store, accountName)
  await store.database.transaction(async (manager) => {
    await lockPublisher(manager, store, publisherId)
    const rows = await manager.findBy(members, { publisherId })
    for (const row of rows) {
      if (row.role !== 'owner' && row.accountId !== accountId) continue
      await removeRow(manager, publisherId, row.accountId, row.role)
      if (row.accountId !== accountId) await addRow(manager, publisherId, row.accountId, 'maintainer')
    }
    await addRow(manager, publisherId, accountId, 'owner')
  })
}

async function findAccountId(store: RegistryStore, name: string): Promise<string> {
  const account = await store.database.getRepository(accounts).findOneBy({ name })
  if (account !== null && account.disabledAt === null) return account.id
  throw accountError('ACCOUNT_NOT_FOUND', `Expected an account named ${name}, found none.`)
}

/** Changes of one publisher's members come one after the other, so that one owner is left. */
async function lockPublisher(manager: Transaction, store: RegistryStore, id: string): Promise<void> {
  // SQLite has one writer at a time and knows no row locks.
  const lock = store.dialect === 'postgres' ? { lock: { mode: 'pessimistic_write' as const } } : {}
  if ((await manager.findOne(publishers, { where: { id }, ...lock })) === null) throw publisherNotFound(id)
}

async function requireOtherOwner(manager: Transaction, publisherId: string, accountId: string): Promise<void> {
  const owners = await manager.findBy(members, { publisherId, role: 'owner' })
  if (owners.some((owner) => owner.accountId !== accountId)) return
  throw accountError(
    'LAST_OWNER',
    `Expected ${publisherId} to keep an owner, found its last one. Make another member an owner first.`,
  )
}

async function addRow(manager: Transaction, publisherId: string, accountId: string, role: MemberRole): Promise<void> {
  await manager.insert(members, { publisherId, accountId, role, createdAt: new Date().toISOString() })
  await appendToLog(manager, { kind: 'owner.added', publisherId, accountId, role })
}

async function removeRow(
  manager: Transaction,
  publisherId: string,
  accountId: string,
  role: MemberRole,
): Promise<void> {
  await manager.delete(members, { publisherId, accountId })
  await appendToLog(manager, { kind: 'owner.removed', publisherId, accountId, role })
}
