import type { Me } from '../../contract/index.ts'
import type { OpenedSession } from '../../identity/identity.ts'
import type { Principal } from '../../identity/principal.ts'
import { httpError } from '../errors.ts'
import type { Exchange, ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

export function sessionRoutes(ports: Pick<HttpPorts, 'identity' | 'host'>): readonly ServedRoute[] {
  const { identity } = ports

  const enter = async (exchange: Pick<Exchange<'signIn'>, 'session'>, opened: OpenedSession): Promise<Me> => {
    const principal = await identity.sessionPrincipal(opened.secret, undefined)
    if (principal === undefined)
      throw httpError('HTTP_FORBIDDEN', 'Expected a member of a workspace, found nobody who may act anywhere.')
    exchange.session.open(opened.secret, opened.expiresAt)
    return await describe(ports, principal)
  }

  return [
    serveRoute('setupState', async () => ({ needed: await identity.setupNeeded() })),
    serveRoute(
      'setup',
      async (exchange) => await enter(exchange, await identity.setup(exchange.body, exchange.requestId)),
    ),
    serveRoute('signIn', async (exchange) => {
      const { body, remoteAddress, requestId, session } = exchange
      // A session that the browser already had ends here: nothing of it carries over (fixation).
      const opened = await identity.signIn({ ...body, remoteAddress, previousSession: session.secret }, requestId)
      return await enter(exchange, opened)
    }),
    serveRoute('signOut', async ({ session, requestId }) => {
      if (session.secret === undefined) return
      await identity.signOut(session.secret, requestId)
      session.close()
    }),
    serveRoute('me', async ({ principal }) => await describe(ports, principal)),
  ]
}

async function describe({ identity, host }: Pick<HttpPorts, 'identity' | 'host'>, principal: Principal): Promise<Me> {
  const [user, workspace] = await Promise.all([
    principal.userId === undefined ? undefined : identity.user(principal.userId),
    identity.workspace(principal.workspaceId),
  ])
  if (workspace === undefined) throw httpError('HTTP_FORBIDDEN', 'Expected a workspace that exists, found none.')
  const { version, publicUrl, developerMode } = host
  return {
    user: {
      id: user?.id ?? principal.id,
      email: user?.email ?? '',
      displayName: user?.displayName ?? principal.displayName,
    },
    workspace: { id: workspace.id, name: workspace.name, title: workspace.title },
    roles: [...principal.roles],
    permissions: [...principal.permissions],
    host: { version, publicUrl, developerMode, mcpUrl: `${publicUrl}/mcp` },
  }
}
