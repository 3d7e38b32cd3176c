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
  return async (ctx: Context, route: RouteDefinition): Promise<Caller> => {
    if (route.access === 'public') {
      // Whoever asks, the answer is the same; a session that has ended must not keep anybody from signing in.
      const sessionSecret = cookie.read(ctx)
      checkOrigin(ctx, sessionSecret !== undefined)
      return { principal: undefined, sessionSecret }
    }
    const workspace = ctx.get('x-nexus-workspace') || undefined
    const authorization = ctx.get('authorization')
    if (authorization !== '') {
      const requestId = String(ctx.state['requestId'])
      const use = { workspace, requestId, remoteAddress: ctx.req.socket.remoteAddress }
      const principal = await ports.identity.authenticateToken(authorization, use)
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
export function checkAccess(route: RouteDefinition, principal: Principal | undefined): void {
  if (route.access === 'public') return
  if (principal === undefined)
    throw httpError('HTTP_UNAUTHENTICATED', 'Expected a session or an access token, found none.')
  if (route.access === 'signed-in' || principal.permissions.has(route.access)) return
  throw httpError(
    'HTTP_FORBIDDEN',
    `Expected the permission ${route.access}, found it neither in your roles nor in your token.`,
    {
      details: { permission: route.access },
    },
  )
}
