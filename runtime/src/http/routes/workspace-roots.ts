import type { WorkspaceRootView } from '../../contract/index.ts'
import type { WorkspaceRootRow } from '../../store/workspace-root.ts'
import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

export function workspaceRootRoutes({ workspaceRoots }: Pick<HttpPorts, 'workspaceRoots'>): readonly ServedRoute[] {
  return [
    serveRoute('workspaceRoots', async ({ principal }) => ({
      items: (await workspaceRoots.list(principal.workspaceId)).map(rootView),
    })),
    serveRoute('putWorkspaceRoot', async ({ params, body, principal, requestId }) =>
      rootView(await workspaceRoots.put(principal, params.name, body, requestId)),
    ),
    serveRoute('removeWorkspaceRoot', async ({ params, principal, requestId }) => {
      if (await workspaceRoots.remove(principal, params.name, requestId)) return
      throw httpError('HTTP_NOT_FOUND', 'Expected a root of this workspace, found none of that name.')
    }),
  ]
}

function rootView({ name, path, access, createdAt }: WorkspaceRootRow): WorkspaceRootView {
  return { name, path, access, createdAt: createdAt.toISOString() }
}
