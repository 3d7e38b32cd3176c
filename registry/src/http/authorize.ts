import type { Context } from 'koa'
import type { Actor } from '../accounts/actor.ts'
import { authenticate } from '../accounts/authenticate.ts'
import type { RegistryRoute } from '../contract/routes/index.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { callerOf } from './caller.ts'

const BEARER = /^Bearer ([\x21-\x7e]{16,200})$/i

/** Who calls, checked against what the route asks for. `undefined` for public routes, which never look at tokens. */
export async function authorize(
  context: Context,
  route: RegistryRoute,
  store: RegistryStore,
  adminToken: string | undefined,
): Promise<Actor | undefined> {
  if (route.access === 'public') return undefined
  const actor = await identify(context, store, adminToken)
  if (actor === undefined) throw unauthenticated()
  if (allows(actor, route.access)) return actor
  throw registryError('FORBIDDEN', `Expected a token that may \`${route.access}\`, found one that may not.`)
}

/** Who calls, or `undefined` for a request without a token. Refuses a token that is not valid. */
export async function identify(
  context: Context,
  store: RegistryStore,
  adminToken: string | undefined,
): Promise<Actor | undefined> {
  if (context.get('authorization') === '') return undefined
  const token = BEARER.exec(context.get('authorization'))?.[1]
  const { address, otp } = callerOf(context)
  const actor = token === undefined ? undefined : await authenticate(store, { token, address, otp }, adminToken)
  if (actor === undefined) throw unauthenticated()
  return actor
}

function allows(actor: Actor, access: Exclude<RegistryRoute['access'], 'public'>): boolean {
  if (access === 'token') return true
  if (actor.kind === 'admin') return access !== 'publish' && access !== 'account'
  return access !== 'admin' && actor.scopes.includes(access)
}

function unauthenticated() {
  return registryError(
    'UNAUTHENTICATED',
    'Expected `Authorization: Bearer` with a valid token, found none, or one that is unknown, expired or revoked.',
  )
}
