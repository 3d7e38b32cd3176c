import { Readable } from 'node:stream'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import { apiRoutes } from '../contract/index.ts'
import { checkAccess, createAuthenticate } from './authenticate.ts'
import { httpError } from './errors.ts'
import type { ServedRoute } from './exchange.ts'
import { createTranslate } from './language.ts'
import type { HttpPorts } from './ports.ts'
import { openBytes, readJsonBody } from './read-body.ts'
import { createSessionCookie } from './session-cookie.ts'

/** Mounts the routes of the table. Throws at start when one is missing or served twice. */
export function createApiRouter(ports: HttpPorts, https: boolean, routes: readonly ServedRoute[]): Router {
  checkComplete(routes)
  const router = new Router()
  const cookie = createSessionCookie(https)
  const authenticate = createAuthenticate(ports, cookie)

  const serve = (route: ServedRoute) => async (ctx: Context & { readonly params?: unknown }) => {
    ctx.set('Cache-Control', 'no-store')
    const requestId = String(ctx.state['requestId'])
    const { principal, sessionSecret } = await authenticate(ctx, route.definition)
    try {
      checkAccess(route.definition, principal)
    } catch (error) {
      if (principal !== undefined) {
        const { workspaceId, id: actor } = principal
        ports.audit.record({
          workspaceId,
          actor,
          action: 'api.denied',
          target: route.name,
          outcome: 'denied',
          requestId,
        })
      }
      throw error
    }
    const answer = await route.answer({
      params: ctx.params,
      query: ctx.query,
      body: route.definition.body === undefined ? undefined : await readJsonBody(ctx.req),
      bytes: openBytes(ctx.req, route.definition.bytes),
      principal,
      requestId,
      translate: createTranslate(firstOf(ctx.query['language']), ctx.get('accept-language')),
      remoteAddress: ctx.req.socket.remoteAddress ?? '',
      closed: closedOf(ctx),
      session: {
        secret: sessionSecret,
        open: (secret, expiresAt) => cookie.write(ctx, secret, expiresAt),
        close: () => cookie.clear(ctx),
      },
    })
    if (answer instanceof Readable) {
      ctx.type = 'text/event-stream'
      ctx.set('X-Accel-Buffering', 'no')
      ctx.body = answer
      return
    }
    ctx.status = route.definition.status ?? (route.definition.response === undefined ? 204 : 200)
    if (route.definition.response === undefined) return
    if (route.definition.mediaType !== undefined) ctx.type = route.definition.mediaType
    ctx.body = answer
  }

  for (const route of routes) router.register(route.definition.path, [route.definition.method], serve(route))
  return router
}

function closedOf(ctx: Context): AbortSignal {
  const controller = new AbortController()
  ctx.res.once('close', () => controller.abort())
  return controller.signal
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function checkComplete(routes: readonly ServedRoute[]): void {
  const served = routes.map((route) => route.name)
  const missing = Object.keys(apiRoutes).filter((name) => !served.some((one) => one === name))
  if (missing.length === 0 && new Set(served).size === served.length) return
  throw httpError(
    'HTTP_RESPONSE_INVALID',
    `Expected every route of the table to be served once, found missing or doubled ones: ${missing.join(', ')}.`,
  )
}
