import { z } from 'zod'
import { PERMISSIONS, type Permission } from '../../identity/principal.ts'
import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { tokenView } from '../views/rows.ts'

const permission = z.enum(PERMISSIONS)

export function tokenRoutes({ identity }: Pick<HttpPorts, 'identity'>): readonly ServedRoute[] {
  return [
    serveRoute('tokens', async ({ principal }) => ({ items: (await identity.tokens(principal)).map(tokenView) })),
    serveRoute('createToken', async ({ body, principal, requestId }) => {
      const request = { ...body, scopes: body.scopes.map(readScope) }
      const { row, owner, token } = await identity.createToken(principal, request, requestId)
      return { ...tokenView({ ...row, owner }), token }
    }),
    serveRoute(
      'revokeToken',
      async ({ params, principal, requestId }) => await identity.revokeToken(principal, params.id, requestId),
    ),
  ]
}

function readScope(scope: string, index: number): Permission {
  const parsed = permission.safeParse(scope)
  if (parsed.success) return parsed.data
  const errors = [{ path: `scopes.${index}`, message: `Expected one of ${PERMISSIONS.join(', ')}.` }]
  throw httpError('HTTP_INVALID', 'Expected scopes that exist, found another one.', { details: { errors } })
}
