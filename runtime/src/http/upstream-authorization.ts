import type { Context, Middleware } from 'koa'
import {
  CALLBACK_PATH,
  CLIENT_DOCUMENT_PATH,
  clientDocumentUrl,
  hostClientMetadata,
  START_PATH,
} from '../gateway/upstream/remote/oauth/host-client.ts'
import type { WhoAsks } from '../gateway/upstream/remote/oauth/authorizations.ts'
import type { HttpPorts } from './ports.ts'
import type { SessionCookie } from './session-cookie.ts'

/**
 * What a browser visits while a person authorizes the host at an upstream: the start, which leads to the authorization
 * server, and the address that leads back. Both count for the person who is signed in here, whoever sent the link.
 */
export function serveUpstreamAuthorization(
  { identity, authorizations }: Pick<HttpPorts, 'identity' | 'authorizations'>,
  cookie: SessionCookie,
): Middleware {
  const whoAsks =
    (ctx: Context): WhoAsks =>
    async (workspaceId) => {
      const secret = cookie.read(ctx)
      const workspace = secret === undefined ? undefined : await identity.workspace(workspaceId)
      return secret === undefined || workspace === undefined
        ? undefined
        : identity.sessionPrincipal(secret, workspace.name)
    }
  return async (ctx, next) => {
    if (ctx.method !== 'GET') {
      await next()
      return
    }
    const parameter = (name: string) => ctx.URL.searchParams.get(name) ?? undefined
    if (ctx.path === START_PATH) {
      const address = await authorizations.start(parameter('upstream') ?? '', whoAsks(ctx))
      ctx.set('Cache-Control', 'no-store')
      ctx.redirect(address.href)
    } else if (ctx.path === CALLBACK_PATH) {
      const query = {
        state: parameter('state'),
        code: parameter('code'),
        iss: parameter('iss'),
        error: parameter('error'),
      }
      const { label } = await authorizations.finish(query, whoAsks(ctx))
      ctx.set('Cache-Control', 'no-store')
      ctx.type = 'text/plain; charset=utf-8'
      ctx.body = `Nexus may use ${label} now. You can close this window and try again.\n`
    } else if (ctx.path === CLIENT_DOCUMENT_PATH) {
      const publicUrl = authorizations.publicUrl()
      ctx.body = { client_id: clientDocumentUrl(publicUrl), ...hostClientMetadata(publicUrl) }
    } else await next()
  }
}
