import type { Context } from 'koa'
import type { RouteDefinition } from '../contract/index.ts'
import type { Principal } from '../identity/principal.ts'
import { httpError } from './errors.ts'
import { checkOrigin } from './origin-check.ts'
import type { HttpPorts } from './ports.ts'
import type { SessionCookie } from './session-cookie.ts'

/** Who asks, and with what. */
export interface Caller {
  readonly principal: Principal | undefined
  readonly sessionSecret: string | undefined
}

/** Finds out who calls. A token in `Authorization` counts alone: a cookie beside it is not looked at. */
export function createAuthenticate(ports: Pick<HttpPorts, 'identity'>, cookie: SessionCookie) {
  return async (ctx: Context): Promise<Caller> => {
    const workspace = ctx.get('x-nexus-workspace') || undefined
    const authorization = ctx.get('authorization')
    if (authorization !== '') {
      const token = /^bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1]
      const principal = token === undefined ? undefined : await ports.identity.tokenPrincipal(token, workspace)
      if (principal === undefined) throw unauthenticated(ctx, 'a token that is unknown, expired or revoked')
      return { principal, sessionSecret: undefined }
    }
    const sessionSecret = cookie.read(ctx)
    checkOrigin(ctx, sessionSecret !== undefined)
    if (sessionSecret === undefined) return { principal: undefined, sessionSecret }
    const principal = await ports.identity.sessionPrincipal(sessionSecret, workspace)
    if (principal === undefined) cookie.clear(ctx)
    return { principal, sessionSecret }
  }
}

/** Refuses whoever may not use the route. */
export function checkAccess(ctx: Context, route: RouteDefinition, principal: Principal | undefined): void {
  if (route.access === 'public') return
  if (principal === undefined) throw unauthenticated(ctx, 'none')
  if (route.access === 'signed-in' || principal.permissions.has(route.access)) return
  throw httpError(
    'HTTP_FORBIDDEN',
    `Expected the permission ${route.access}, found it neither in your roles nor in your token.`,
    {
      details: { permission: route.access },
    },
  )
}

function unauthenticated(ctx: Context, found: string) {
  ctx.set('WWW-Authenticate', 'Bearer realm="nexus"')
  return httpError('HTTP_UNAUTHENTICATED', `Expected a session or an access token, found ${found}.`)
}
