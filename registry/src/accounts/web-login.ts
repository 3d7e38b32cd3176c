import { randomBytes } from 'node:crypto'
import type { RegistryStore } from '../store/open-store.ts'
import { isBelow } from '../store/query.ts'
import { type WebLoginRow, accounts, webLogins } from '../store/rows/account-rows.ts'
import { accountError } from './errors.ts'
import { LOGIN_SCOPES } from './login.ts'
import { DAY_MS, LOGIN_TOKEN_DAYS, WEB_LOGIN_MS } from './limits.ts'
import { createToken, hashToken } from './tokens.ts'

/** A sign-in that waits for a browser. */
export interface WebLogin {
  /** Part of the address that people open. */
  readonly id: string
  /** Part of the address that the terminal asks; nobody else knows it. */
  readonly doneId: string
  /** To compare between terminal and browser; also part of the address that people open. */
  readonly comparison: string
}

export type WebLoginAnswer = { readonly state: 'waiting' } | { readonly state: 'done'; readonly token: string }

// Without letters and digits that look alike.
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ23456789'

/** Begins a sign-in in the browser. */
export async function startWebLogin(
  store: RegistryStore,
  terminal: { readonly address: string; readonly userAgent: string },
): Promise<WebLogin> {
  const wait = store.accounts.attempts.webLogins.take(terminal.address)
  if (wait > 0) {
    throw accountError('SIGN_IN_TOO_OFTEN', 'Expected fewer sign-ins from this address, found too many. Wait a moment.')
  }
  const now = Date.now()
  const rows = store.database.getRepository(webLogins)
  await rows.delete({ expiresAt: isBelow(new Date(now).toISOString()) })
  const login = { id: randomId(), doneId: randomId(), comparison: createComparison() }
  await rows.insert({
    id: hashToken(login.id),
    doneHash: hashToken(login.doneId),
    comparison: login.comparison,
    userAgent: terminal.userAgent.slice(0, 200),
    address: terminal.address,
    accountId: null,
    state: 'waiting',
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + WEB_LOGIN_MS).toISOString(),
  })
  return login
}

/** The sign-in that a browser opens, while it waits for a decision. */
export async function findWebLogin(store: RegistryStore, id: string, comparison: string): Promise<WebLoginRow> {
  const row = await store.database.getRepository(webLogins).findOneBy({ id: hashToken(id), comparison })
  if (row === null || row.state !== 'waiting' || Date.parse(row.expiresAt) <= Date.now()) throw gone()
  return row
}

/** Decides a sign-in; the first decision counts. The caller has checked who decides. */
export async function decideWebLogin(
  store: RegistryStore,
  row: WebLoginRow,
  decision: { readonly state: 'approved'; readonly accountId: string } | { readonly state: 'denied' },
): Promise<void> {
  const { affected } = await store.database
    .getRepository(webLogins)
    .update({ id: row.id, state: 'waiting' }, { ...decision })
  if (affected !== 1) throw gone()
}

/** What the terminal asks until it has its token, which it gets once. */
export async function pollWebLogin(store: RegistryStore, doneId: string): Promise<WebLoginAnswer> {
  const rows = store.database.getRepository(webLogins)
  const row = await rows.findOneBy({ doneHash: hashToken(doneId) })
  if (row === null || Date.parse(row.expiresAt) <= Date.now()) throw gone()
  if (row.state === 'waiting') return { state: 'waiting' }
  if (row.state === 'denied') {
    throw accountError('WEB_LOGIN_DENIED', 'Expected the sign-in to be allowed in the browser, found it refused there.')
  }
  const { affected } = await rows.update({ id: row.id, state: 'approved' }, { state: 'taken' })
  const account = await store.database.getRepository(accounts).findOneBy({ id: row.accountId ?? '' })
  if (affected !== 1 || account === null || account.disabledAt !== null) throw gone()
  const { token } = await createToken(
    store,
    { accountId: account.id },
    { name: 'Signed in through the browser', scopes: LOGIN_SCOPES, lifetimeMs: LOGIN_TOKEN_DAYS * DAY_MS },
  )
  return { state: 'done', token }
}

function gone() {
  return accountError(
    'WEB_LOGIN_GONE',
    'Expected a sign-in that waits, found none: it was decided, or more than ten minutes have passed. Start it again.',
  )
}

function randomId(): string {
  return randomBytes(24).toString('base64url')
}

function createComparison(): string {
  // 252 is the greatest multiple of 28 in a byte: no letter is likelier than another.
  const letters: string[] = []
  while (letters.length < 8) {
    for (const byte of randomBytes(16)) if (byte < 252) letters.push(ALPHABET[byte % ALPHABET.length] ?? '')
  }
  return `${letters.slice(0, 4).join('')}-${letters.slice(4, 8).join('')}`
}
