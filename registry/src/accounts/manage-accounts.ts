import { randomBytes } from 'node:crypto'
import type { Account } from '../contract/accounts.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { accounts, recoveryCodes } from '../store/rows/account-rows.ts'
import { tokens } from '../store/rows/token-rows.ts'
import { toAccount } from './create-account.ts'
import { accountError } from './errors.ts'
import { hashPassword } from './passwords.ts'

/** Every account, oldest first. */
export async function listAccounts(store: RegistryStore): Promise<readonly Account[]> {
  const rows = await store.database.getRepository(accounts).find({ order: { createdAt: 'ASC', id: 'ASC' } })
  return rows.map(toAccount)
}

/** Disables an account, or lets it sign in again. What it published stays. */
export async function setAccountDisabled(store: RegistryStore, name: string, disabled: boolean): Promise<void> {
  const disabledAt = disabled ? new Date().toISOString() : null
  const { affected } = await store.database.getRepository(accounts).update({ name }, { disabledAt })
  if (affected === 0) throw accountNotFound(name)
  store.accounts.report(disabled ? 'account.disabled' : 'account.enabled', { account: name })
}

/** For who lost password or second factor: a new password, no second factor, no token. */
export async function resetAccount(store: RegistryStore, name: string): Promise<{ readonly password: string }> {
  const row = await store.database.getRepository(accounts).findOneBy({ name })
  if (row === null) throw accountNotFound(name)
  const password = randomBytes(15).toString('base64url')
  const passwordHash = await hashPassword(password)
  await store.database.transaction(async (manager) => {
    const clean = { passwordHash, totpSecret: null, totpPending: null, secondFactor: 'off' } as const
    await manager.update(accounts, { id: row.id }, clean)
    await manager.delete(recoveryCodes, { accountId: row.id })
    await manager.update(tokens, { accountId: row.id, revokedAt: isNull() }, { revokedAt: new Date().toISOString() })
  })
  store.accounts.report('account.reset', { account: name })
  return { password }
}

function accountNotFound(name: string) {
  return accountError('ACCOUNT_NOT_FOUND', `Expected an account named ${name}, found none.`)
}
