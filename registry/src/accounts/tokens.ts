import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { AccessToken } from '../contract/accounts.ts'
import type { TokenScope } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type TokenRow, tokens } from '../store/rows/token-rows.ts'
import type { Actor } from './actor.ts'
import { accountError } from './errors.ts'
import { DAY_MS, TOKENS_PER_OWNER, TOKEN_DAYS } from './limits.ts'

const PREFIX = { account: 'nxa_', publisher: 'nxr_', trusted: 'nxt_' } as const
const HINT_CHARACTERS = 8

/** Whose token it is. */
export type TokenOwner =
  | { readonly accountId: string }
  | { readonly publisherId: string }
  | { readonly trustId: string }

export interface NewToken {
  readonly name: string
  readonly scopes: readonly TokenScope[]
  /** Networks it may be used from; none: any. */
  readonly cidrs?: readonly string[]
  /** `@scope`, `@scope/name` or `name` it is limited to; none: everything its owner may. */
  readonly packages?: readonly string[]
  readonly automation?: boolean
  /** Milliseconds from now; 90 days by default. */
  readonly lifetimeMs?: number
}

/** Makes a token. The token itself is in the answer and nowhere else. */
export async function createToken(
  store: RegistryStore,
  owner: TokenOwner,
  request: NewToken,
): Promise<{ readonly token: string; readonly row: TokenRow }> {
  const now = Date.now()
  const kind = 'accountId' in owner ? 'account' : 'publisherId' in owner ? 'publisher' : 'trusted'
  const token = `${PREFIX[kind]}${randomBytes(32).toString('base64url')}`
  const row: TokenRow = {
    id: randomUUID(),
    accountId: null,
    publisherId: null,
    trustId: null,
    ...owner,
    name: request.name,
    tokenHash: hashToken(token),
    hint: token.slice(0, HINT_CHARACTERS),
    scopes: request.scopes,
    cidrs: request.cidrs ?? [],
    packages: request.packages ?? [],
    automation: request.automation ?? kind !== 'account',
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + (request.lifetimeMs ?? TOKEN_DAYS * DAY_MS)).toISOString(),
    lastUsedAt: null,
    revokedAt: null,
  }
  const existing = kind === 'trusted' ? [] : await listTokens(store, owner)
  if (existing.length >= TOKENS_PER_OWNER) {
    throw accountError(
      'TOKEN_LIMIT',
      `Expected at most ${TOKENS_PER_OWNER} tokens, found as many. Revoke some that are not used.`,
    )
  }
  await store.database.getRepository(tokens).insert(row)
  return { token, row }
}

/** The owner's tokens that still work, newest first. */
export async function listTokens(store: RegistryStore, owner: TokenOwner): Promise<readonly TokenRow[]> {
  const rows = await store.database.getRepository(tokens).find({ where: owner, order: { createdAt: 'DESC' } })
  return rows.filter(isLive)
}

export function isLive(row: TokenRow): boolean {
  return row.revokedAt === null && Date.parse(row.expiresAt) > Date.now()
}

/** Revokes a token of this owner, at once. */
export async function revokeToken(store: RegistryStore, owner: TokenOwner, id: string): Promise<void> {
  const { affected } = await store.database
    .getRepository(tokens)
    .update({ ...owner, id }, { revokedAt: new Date().toISOString() })
  if (affected === 0) throw registryError('TOKEN_NOT_FOUND', 'Expected a token of this owner, found none with this id.')
}

/** Revokes the token that asks. */
export async function revokeOwnToken(store: RegistryStore, actor: Actor | undefined): Promise<void> {
  if (actor === undefined || actor.kind === 'admin') return
  const change = { revokedAt: new Date().toISOString() }
  await store.database.getRepository(tokens).update({ id: actor.tokenId }, change)
}

export function toAccessToken(row: TokenRow): AccessToken {
  const { id, name, hint, scopes, cidrs, packages, automation, createdAt, expiresAt, lastUsedAt } = row
  return {
    id,
    name,
    hint,
    scopes: [...scopes],
    cidrs: [...cidrs],
    packages: [...packages],
    automation,
    createdAt,
    expiresAt,
    ...(lastUsedAt === null ? {} : { lastUsedAt }),
  }
}

/** Tokens are random, so one fast hash is enough; looking a hash up tells nothing about the token by its time. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
