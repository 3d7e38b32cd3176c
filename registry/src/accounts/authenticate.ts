import { timingSafeEqual } from 'node:crypto'
import type { RegistryStore } from '../store/open-store.ts'
import { accounts } from '../store/rows/account-rows.ts'
import { trusts } from '../store/rows/namespace-rows.ts'
import { type TokenRow, tokens } from '../store/rows/token-rows.ts'
import type { Actor } from './actor.ts'
import { isAllowedAddress } from './allowed-address.ts'
import { accountError } from './errors.ts'
import { TOUCH_MS } from './limits.ts'
import { showsSecondFactor } from './second-factor.ts'
import { hashToken, isLive } from './tokens.ts'

/** What a request shows of its caller. */
export interface Credentials {
  readonly token: string
  /** Where the request comes from. */
  readonly address: string
  /** A code of the second factor (`npm-otp`), when one was sent. */
  readonly otp?: string | undefined
}

/** Who the token belongs to, or `undefined` when it is unknown, expired, revoked or its account disabled. */
export async function authenticate(
  store: RegistryStore,
  credentials: Credentials,
  adminToken: string | undefined,
): Promise<Actor | undefined> {
  const tokenHash = hashToken(credentials.token)
  if (adminToken !== undefined && timingSafeEqual(Buffer.from(tokenHash), Buffer.from(hashToken(adminToken)))) {
    return { kind: 'admin' }
  }
  const row = await store.database.getRepository(tokens).findOneBy({ tokenHash })
  if (row === null || !isLive(row)) return undefined
  if (!isAllowedAddress(row.cidrs, credentials.address)) {
    throw accountError(
      'TOKEN_ADDRESS',
      'Expected a request from the networks that the token names, found one from elsewhere.',
    )
  }
  const actor = await toActor(store, row, credentials)
  if (actor !== undefined) await touch(store, row)
  return actor
}

async function toActor(store: RegistryStore, row: TokenRow, credentials: Credentials): Promise<Actor | undefined> {
  const facts = { tokenId: row.id, scopes: row.scopes, packages: row.packages }
  if (row.publisherId !== null) return { kind: 'publisher', publisherId: row.publisherId, ...facts }
  if (row.trustId !== null) {
    const trust = await store.database.getRepository(trusts).findOneBy({ id: row.trustId })
    // Trust that has ended ends its tokens too.
    if (trust === null) return undefined
    return { kind: 'trusted', trustId: trust.id, stageOnly: !trust.permissions.includes('createPackage'), ...facts }
  }
  const account = await store.database.getRepository(accounts).findOneBy({ id: row.accountId ?? '' })
  if (account === null || account.disabledAt !== null) return undefined
  const { otp } = credentials
  return {
    kind: 'account',
    accountId: account.id,
    name: account.name,
    ...facts,
    automation: row.automation,
    secondFactor:
      otp !== undefined && (await showsSecondFactor(store, account, otp, { by: row.id, address: credentials.address })),
    hasSecondFactor: account.totpSecret !== null,
    writesNeedSecondFactor: account.secondFactor === 'auth-and-writes',
  }
}

/** Remembers the last use, seldom enough to cost nothing. */
async function touch(store: RegistryStore, row: TokenRow): Promise<void> {
  const now = Date.now()
  if (row.lastUsedAt !== null && Date.parse(row.lastUsedAt) + TOUCH_MS > now) return
  await store.database.getRepository(tokens).update({ id: row.id }, { lastUsedAt: new Date(now).toISOString() })
}
