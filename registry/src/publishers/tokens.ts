import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { CreatedToken, TokenRequest, TokenScope } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { tokens } from '../store/rows/publisher-rows.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Whoever shows a valid token. */
export type Actor =
  | { readonly kind: 'admin' }
  | {
      readonly kind: 'publisher'
      readonly publisherId: string
      readonly tokenId: string
      readonly scopes: readonly TokenScope[]
    }

/** Creates a token for a publisher. The token is in the answer and nowhere else. */
export async function createToken(
  store: RegistryStore,
  publisherId: string,
  request: TokenRequest,
): Promise<CreatedToken> {
  const now = Date.now()
  const token = `nxr_${randomBytes(32).toString('base64url')}`
  const row = {
    id: randomUUID(),
    publisherId,
    name: request.name,
    tokenHash: hashToken(token),
    scopes: request.scopes,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + (request.expiresInDays ?? 90) * DAY_MS).toISOString(),
    revokedAt: null,
  }
  await store.database.getRepository(tokens).insert(row)
  return { id: row.id, token, scopes: [...row.scopes], expiresAt: row.expiresAt }
}

export async function revokeToken(store: RegistryStore, publisherId: string, id: string): Promise<void> {
  const { affected } = await store.database
    .getRepository(tokens)
    .update({ publisherId, id }, { revokedAt: new Date().toISOString() })
  if (affected === 0)
    throw registryError('TOKEN_NOT_FOUND', 'Expected a token of this publisher, found none with this id.')
}

/** Who the token belongs to, or `undefined` when it is unknown, expired or revoked. */
export async function authenticate(
  store: RegistryStore,
  token: string,
  adminToken: string | undefined,
): Promise<Actor | undefined> {
  const tokenHash = hashToken(token)
  if (adminToken !== undefined && timingSafeEqual(Buffer.from(tokenHash), Buffer.from(hashToken(adminToken)))) {
    return { kind: 'admin' }
  }
  const row = await store.database.getRepository(tokens).findOneBy({ tokenHash })
  if (row === null || row.revokedAt !== null || Date.parse(row.expiresAt) <= Date.now()) return undefined
  return { kind: 'publisher', publisherId: row.publisherId, tokenId: row.id, scopes: row.scopes }
}

/** Tokens are random, so one fast hash is enough. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
