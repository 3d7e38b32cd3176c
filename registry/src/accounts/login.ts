import type { TokenScope } from '../contract/publishers.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { AccountRow } from '../store/rows/account-rows.ts'
import { type PasswordAttempt, checkPassword } from './check-password.ts'
import { DAY_MS, LOGIN_TOKEN_DAYS } from './limits.ts'
import { requireCode } from './second-factor.ts'
import { createToken } from './tokens.ts'

/** A token of a sign-in may do everything its account may. */
export const LOGIN_SCOPES: readonly TokenScope[] = ['read', 'publish', 'yank', 'manage', 'account']

export interface SignIn extends PasswordAttempt {
  /** A code of the second factor, for an account that has one. */
  readonly otp?: string | undefined
}

/** Who signs in: name and password, and the second factor of an account that has one. */
export async function checkSignIn(store: RegistryStore, signIn: SignIn): Promise<AccountRow> {
  const account = await checkPassword(store, signIn)
  await requireCode(store, account, signIn.otp, { by: `sign-in ${crypto.randomUUID()}`, address: signIn.address })
  return account
}

/** Signs in from a terminal: gives a token that lives a month. */
export async function login(
  store: RegistryStore,
  signIn: SignIn,
): Promise<{ readonly account: AccountRow; readonly token: string }> {
  const account = await checkSignIn(store, signIn)
  const { token } = await createToken(
    store,
    { accountId: account.id },
    { name: 'Signed in with a password', scopes: LOGIN_SCOPES, lifetimeMs: LOGIN_TOKEN_DAYS * DAY_MS },
  )
  store.accounts.report('account.signed-in', { account: account.name, address: signIn.address })
  return { account, token }
}
