import { DAY_MS } from '../accounts/limits.ts'
import { createToken } from '../accounts/tokens.ts'
import type { CreatedToken, TokenRequest } from '../contract/publishers.ts'
import type { RegistryStore } from '../store/open-store.ts'

/** Creates a token for a publisher. The token is in the answer and nowhere else. */
export async function createPublisherToken(
  store: RegistryStore,
  publisherId: string,
  request: TokenRequest,
): Promise<CreatedToken> {
  const { name, scopes, expiresInDays = 90 } = request
  const { token, row } = await createToken(store, { publisherId }, { name, scopes, lifetimeMs: expiresInDays * DAY_MS })
  return { id: row.id, token, scopes: [...row.scopes], expiresAt: row.expiresAt }
}
