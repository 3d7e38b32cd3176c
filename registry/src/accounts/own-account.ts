import type { Account, AccountProfile, AccountTokenRequest, Identity } from '../contract/accounts.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNot, isNull } from '../store/query.ts'
import { type AccountRow, accounts, members } from '../store/rows/account-rows.ts'
import { type TokenRow, tokens } from '../store/rows/token-rows.ts'
import { type AccountActor, type Actor, requireAccount } from './actor.ts'
import { checkPassword } from './check-password.ts'
import { toAccount } from './create-account.ts'
import { accountError } from './errors.ts'
import { DAY_MS } from './limits.ts'
import { hashPassword } from './passwords.ts'
import { type CodeUse, requireCode } from './second-factor.ts'
import { createToken } from './tokens.ts'

/** The account behind a token. */
export async function accountOf(store: RegistryStore, actor: Actor | undefined): Promise<AccountRow> {
  const { accountId } = requireAccount(actor)
  return store.database.getRepository(accounts).findOneByOrFail({ id: accountId })
}

/** Whose token was shown, and what it may do. */
export async function describeActor(store: RegistryStore, actor: Actor | undefined): Promise<Identity> {
  if (actor === undefined) throw registryError('UNAUTHENTICATED', 'Expected a token, found none.')
  if (actor.kind === 'admin') return { kind: 'admin', name: 'admin', scopes: ['read', 'manage'], packages: [] }
  const facts = { scopes: [...actor.scopes], packages: [...actor.packages] }
  if (actor.kind === 'publisher') return { kind: 'publisher', name: actor.publisherId, ...facts }
  if (actor.kind === 'trusted') return { kind: 'trusted', name: actor.trustId, ...facts }
  const { accountId } = actor
  const rows = await store.database.getRepository(members).findBy({ accountId })
  return {
    kind: 'account',
    name: actor.name,
    ...facts,
    account: toAccount(await accountOf(store, actor)),
    memberships: rows.map(({ publisherId, role }) => ({ publisher: publisherId, role })),
  }
}

/** Changes the password, with the old one. Every other token of the account is revoked: one of them may be stolen. */
export async function changePassword(
  store: RegistryStore,
  actor: AccountActor,
  request: { readonly password: string; readonly newPassword: string; readonly otp?: string | undefined },
  address: string,
): Promise<void> {
  const account = await proveOwner(store, actor, request.password, request.otp, address)
  const passwordHash = await hashPassword(request.newPassword)
  await store.database.transaction(async (manager) => {
    await manager.update(accounts, { id: account.id }, { passwordHash })
    const others = { accountId: account.id, id: isNot(actor.tokenId), revokedAt: isNull() }
    await manager.update(tokens, others, { revokedAt: new Date().toISOString() })
  })
  store.accounts.report('account.password-changed', { account: account.name, address })
}

/** Password, and a code where there is a second factor: for what a stolen token alone must not do. */
export async function proveOwner(
  store: RegistryStore,
  actor: AccountActor,
  password: string,
  otp: string | undefined,
  address: string,
): Promise<AccountRow> {
  const account = await checkPassword(store, { name: actor.name, password, address })
  // A code in the header of this very request was checked with its token.
  if (!actor.secondFactor) await requireCode(store, account, otp, codeUse(actor, address))
  return account
}

/** Who shows a code: one command of a client shows the same code with several requests. */
export function codeUse(actor: AccountActor, address: string): CodeUse {
  return { by: actor.tokenId, address }
}

/** Changes the e-mail address and what the account tells about itself. */
export async function changeProfile(
  store: RegistryStore,
  actor: Actor | undefined,
  change: { readonly email?: string | undefined; readonly profile?: AccountProfile | undefined },
): Promise<Account> {
  const row = await accountOf(store, actor)
  const next = { email: change.email ?? row.email, profile: change.profile ?? row.profile }
  await store.database.getRepository(accounts).update({ id: row.id }, next)
  return toAccount({ ...row, ...next })
}

/** Makes a token that may do as much as its account, or less. Only an account with a second factor may make automation. */
export async function createAccountToken(
  store: RegistryStore,
  actor: AccountActor,
  request: AccountTokenRequest,
  address: string,
): Promise<{ readonly token: string; readonly row: TokenRow }> {
  const account = await proveOwner(store, actor, request.password, request.otp, address)
  const { name, scopes, cidrs, packages, automation, expiresInDays } = request
  if (actor.packages.length > 0 || !actor.scopes.includes('account')) {
    throw accountError(
      'TOKEN_WIDER',
      'Expected a token of a sign-in, found one that is limited. Sign in to make tokens.',
    )
  }
  const made = await createToken(
    store,
    { accountId: account.id },
    { name, scopes, cidrs, packages, automation, lifetimeMs: expiresInDays * DAY_MS },
  )
  store.accounts.report('token.created', { account: account.name, token: made.row.id, scopes, automation })
  return made
}
