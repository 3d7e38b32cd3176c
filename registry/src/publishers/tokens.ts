import { accountError } from '../accounts/errors.ts'
import type { Actor } from '../accounts/actor.ts'
import { DAY_MS } from '../accounts/limits.ts'
import { createToken } from '../accounts/tokens.ts'
import type { CreatedToken, TokenRequest, TokenScope } from '../contract/publishers.ts'
import type { RegistryStore } from '../store/open-store.ts'

/** Creates a token for a publisher. The token is in the answer and nowhere else. */
export async function createPublisherToken(
  store: RegistryStore,
  publisherId: string,
  request: TokenRequest,
  actor?: Actor,
): Promise<CreatedToken> {
  requireNotWider(request.scopes, actor)
  const { name, scopes, expiresInDays = 90 } = request
  const { token, row } = await createToken(store, { publisherId }, { name, scopes, lifetimeMs: expiresInDays * DAY_MS })
  return { id: row.id, token, scopes: [...row.scopes], expiresAt: row.expiresAt }
}

/** A token makes no token that may more than itself. */
function requireNotWider(scopes: readonly TokenScope[], actor: Actor | undefined): void {
  if (actor === undefined || actor.kind === 'admin' || scopes.every((scope) => actor.scopes.includes(scope))) return
  throw accountError('TOKEN_WIDER', 'Expected scopes that the token in use has too, found a wider one.')
}
