import type { RegistryStore } from '../store/open-store.ts'
import { type AccountRow, accounts } from '../store/rows/account-rows.ts'
import { accountError } from './errors.ts'
import { verifyPassword } from './passwords.ts'

export interface PasswordAttempt {
  readonly name: string
  readonly password: string
  /** Where the request comes from, for the limit on attempts. */
  readonly address: string
}

/**
 * The account whose name and password these are. Fails with `CREDENTIALS_WRONG`, in the same time for a name that is
 * nobody's, and with `SIGN_IN_TOO_OFTEN` before the password is looked at.
 */
export async function checkPassword(store: RegistryStore, attempt: PasswordAttempt): Promise<AccountRow> {
  const giveBack = takeAttempt(store, attempt.name, attempt.address)
  const row = await store.database.getRepository(accounts).findOneBy({ name: attempt.name })
  const matches = await verifyPassword(row?.passwordHash, attempt.password)
  if (!matches || row === null || row.disabledAt !== null) {
    throw accountError('CREDENTIALS_WRONG', 'Expected the name and password of an account, found a pair that is none.')
  }
  giveBack()
  return row
}

/** Counts an attempt to guess something of an account; call what it answers when the guess was right. */
export function takeAttempt(store: RegistryStore, name: string, address: string): () => void {
  const { byAccount, byAddress } = store.accounts.attempts
  const wait = Math.max(byAccount.take(name), byAddress.take(address))
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000)
    throw accountError('SIGN_IN_TOO_OFTEN', `Expected fewer failed attempts, found too many. Wait ${seconds} s.`, {
      details: { retryAfterSeconds: seconds },
    })
  }
  return () => {
    byAccount.giveBack(name)
    byAddress.giveBack(address)
  }
}
