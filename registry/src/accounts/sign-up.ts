import type { Account } from '../contract/accounts.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type NewAccount, createAccount } from './create-account.ts'
import { accountError } from './errors.ts'
import { claimInvite } from './invites.ts'
import { takeAttempt } from './check-password.ts'

export interface SignUpRequest extends NewAccount {
  readonly invite?: string | undefined
  /** Where the request comes from: sign-ups are limited like failed sign-ins. */
  readonly address: string
}

/** Makes an account for whoever asks, as far as the registry's sign-up mode lets them. */
export async function signUp(store: RegistryStore, request: SignUpRequest): Promise<Account> {
  const { invite, address, ...account } = request
  if (store.accounts.signUp === 'closed') throw closed('The registry’s admin makes accounts.')
  if (store.accounts.signUp === 'open') return createAccount(store, account)
  if (invite === undefined) throw closed('Ask for an invite and sign up with it.')
  const giveBack = takeAttempt(store, 'invite', address)
  const made = await claimInvite(store, invite, () => createAccount(store, account))
  giveBack()
  return made
}

function closed(remedy: string) {
  return accountError('SIGN_UP_CLOSED', `Expected a registry where anyone signs up, found that nobody may. ${remedy}`)
}
