import { Router } from '@koa/router'
import Koa from 'koa'
import { type RegistryRoute, registryRoutes } from '../contract/routes/index.ts'
import { registryError } from '../errors.ts'
import type { RegistryLogger } from '../logger.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type CallerSettings, meetCaller } from './caller.ts'
import { createOpenApiDocument } from './open-api.ts'
import { serveLoginPages } from './pages/login-pages.ts'
import { answerProblems } from './problem.ts'
import { type HandlerSettings, createHandlers } from './handlers/index.ts'
import { type AnyHandler, serveRoute } from './serve-route.ts'

/** The registry's API as a Koa application. */
export function createApp(
  store: RegistryStore,
  options: { readonly adminToken: string | undefined; readonly logger: RegistryLogger } & CallerSettings &
    HandlerSettings,
): Koa {
  const app = new Koa()
  app.on('error', (error: unknown) => {
    // Answers are made in `answerProblems`; what arrives here is a connection that broke while streaming.
    options.logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'An answer could not be sent.')
  })
  const router = new Router({ sensitive: true, strict: true })
  const handlers: Readonly<Record<string, unknown>> = createHandlers(store, options)
  for (const [name, route] of Object.entries<RegistryRoute>(registryRoutes)) {
    const handler = handlers[name] as AnyHandler // oxlint-disable-line typescript/no-unsafe-type-assertion -- `Handlers` has one for each route
    router.register(route.path, [route.method], serveRoute(route, handler, store, options.adminToken))
  }
  const openApi = JSON.stringify(createOpenApiDocument())
  router.get('/api/openapi.json', (context) => {
    context.type = 'application/json'
    context.body = openApi
  })
  serveLoginPages(router, store)
  app.use(meetCaller(options))
  app.use(answerProblems(options.logger))
  app.use(openToBrowsers)
  app.use(router.routes())
  app.use(async (context, next) => {
    const allowed = allowedMethods(router, context.path)
    if (allowed.length > 0) {
      context.set('allow', allowed.join(', '))
      throw registryError('METHOD_NOT_ALLOWED', `Expected ${allowed.join(' or ')} here, found another method.`)
    }
    await next()
  })
  return app
}

/** The MCP Registry's read API is there for pages of any origin too: it is public and knows no cookies. */
async function openToBrowsers(context: Koa.Context, next: Koa.Next): Promise<void> {
  if (context.path.startsWith('/v0.1/')) context.set('access-control-allow-origin', '*')
  await next()
}

function allowedMethods(router: Router, path: string): readonly string[] {
  return [...new Set(router.match(path, 'TRACE').path.flatMap((layer) => layer.methods))]
}
