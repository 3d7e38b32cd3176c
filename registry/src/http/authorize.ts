import type { Context } from 'koa'
import type { RegistryRoute } from '../contract/routes/index.ts'
import { registryError } from '../errors.ts'
import { type Actor, authenticate } from '../publishers/tokens.ts'
import type { RegistryStore } from '../store/open-store.ts'

const BEARER = /^Bearer ([\x21-\x7e]{16,200})$/i

/** Who calls, checked against what the route asks for. `undefined` for public routes, which never look at tokens. */
export async function authorize(
  context: Context,
  route: RegistryRoute,
  store: RegistryStore,
  adminToken: string | undefined,
): Promise<Actor | undefined> {
  if (route.access === 'public') return undefined
  const token = BEARER.exec(context.get('authorization'))?.[1]
  const actor = token === undefined ? undefined : await authenticate(store, token, adminToken)
  if (actor === undefined) {
    throw registryError(
      'UNAUTHENTICATED',
      'Expected `Authorization: Bearer` with a valid token, found none, or one that is unknown, expired or revoked.',
    )
  }
  if (
    route.access === 'admin'
      ? actor.kind === 'admin'
      : actor.kind === 'publisher' && actor.scopes.includes(route.access)
  ) {
    return actor
  }
  throw registryError('FORBIDDEN', `Expected a token that may \`${route.access}\`, found one that may not.`)
}

/** Refuses a publisher outside its own namespace. */
export function requireNamespace(actor: Actor | undefined, publisherId: string): Extract<Actor, { kind: 'publisher' }> {
  if (actor?.kind === 'publisher' && actor.publisherId === publisherId) return actor
  throw registryError('FORBIDDEN', `Expected a token of the publisher ${publisherId}, found one of another.`)
}
