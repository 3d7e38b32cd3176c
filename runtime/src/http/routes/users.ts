import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { userView } from '../views/rows.ts'

export function userRoutes({ identity }: Pick<HttpPorts, 'identity'>): readonly ServedRoute[] {
  return [
    serveRoute('users', async ({ principal }) => ({ items: (await identity.users(principal)).map(userView) })),
    serveRoute('createUser', async ({ body, principal, requestId }) =>
      userView(await identity.createUser(principal, body, requestId)),
    ),
    serveRoute('changeUser', async ({ params, body, principal, requestId }) => {
      const { disabled, role } = body
      const change = { ...(disabled !== undefined && { disabled }), ...(role !== undefined && { role }) }
      return userView(await identity.changeUser(principal, params.id, change, requestId))
    }),
  ]
}
