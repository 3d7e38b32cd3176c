import type { RequestListener } from 'node:http'
import { errorCode } from '@nexus/plugin-api'
import Koa from 'koa'
import { createJobTable } from './jobs.ts'
import { httpError } from './errors.ts'
import { setSecurityHeaders } from './headers.ts'
import { createHostCheck } from './host-check.ts'
import { CLOSING_RETRY_SECONDS } from './limits.ts'
import { openApiDocument } from './openapi.ts'
import type { HttpPorts } from './ports.ts'
import { answerProblems } from './answer-problems.ts'
import { createApiRouter } from './router.ts'
import { createRoutes } from './routes/index.ts'
import { createSessionCookie } from './session-cookie.ts'
import { createStaticFiles } from './static-files.ts'
import { serveUpstreamAuthorization } from './upstream-authorization.ts'

/** What a stream says when the client is gone. */
const CLIENT_LEFT: ReadonlySet<string> = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'])

/** The HTTP face of the host: the admin API, its description and the built UI. */
export interface HttpApp extends AsyncDisposable {
  /** For `http.createServer`; the composition root routes the MCP paths elsewhere. */
  readonly callback: RequestListener
}

/** Disposing ends the jobs that still run. */
export function createHttpApp(ports: HttpPorts): HttpApp {
  const { logger } = ports
  const https = ports.host.publicUrl.startsWith('https:')
  const checkHost = createHostCheck(ports.host)
  const jobs = createJobTable(logger)
  const router = createApiRouter(ports, https, createRoutes(ports, jobs))
  const serveStatic = createStaticFiles(ports.host.uiFolder)

  const app = new Koa()
  app.on('error', (error: unknown) => {
    // A page that was closed ends its streams; that is no fault of anybody.
    if (CLIENT_LEFT.has(errorCode(error) ?? '')) logger.debug({ err: error }, 'A client left before its response ended')
    else logger.error({ err: error }, 'A response could not be sent')
  })
  app.use(answerProblems(logger))
  app.use(async (ctx, next) => {
    setSecurityHeaders(ctx, https)
    if (ports.host.closing()) {
      throw httpError(
        'HTTP_CLOSING',
        'Expected a running host, found one that is shutting down. Try again in a moment.',
        {
          details: { retryAfterSeconds: CLOSING_RETRY_SECONDS },
        },
      )
    }
    checkHost(ctx)
    await next()
  })
  app.use(serveUpstreamAuthorization(ports, createSessionCookie(https)))
  app.use(router.routes())
  app.use(router.allowedMethods())
  app.use(async (ctx, next) => {
    const asked = ctx.path === '/api/openapi.json' && (ctx.method === 'GET' || ctx.method === 'HEAD')
    if (!asked) {
      await next()
      return
    }
    ctx.set('Cache-Control', 'no-cache')
    ctx.body = openApiDocument(ports.host)
  })
  app.use(serveStatic)

  const answer = app.callback()
  return {
    // Never rejects: whatever goes wrong became a response, or an event of the application.
    callback: (request, response) => void answer(request, response),
    [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose](),
  }
}
