import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { workspaceView } from '../views/rows.ts'

export function workspaceRoutes({ identity }: Pick<HttpPorts, 'identity'>): readonly ServedRoute[] {
  return [
    serveRoute('workspaces', async ({ principal }) => ({
      items: (await identity.workspaces(principal)).map(workspaceView),
    })),
    serveRoute('createWorkspace', async ({ body, principal, requestId }) =>
      workspaceView(await identity.createWorkspace(principal, body, requestId)),
    ),
  ]
}
