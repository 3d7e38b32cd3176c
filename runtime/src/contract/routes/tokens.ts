import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Access tokens of clients. */
export const tokensRoutes = {
  tokens: {
    method: 'GET',
    path: '/api/v1/tokens',
    summary: 'Access tokens: own ones, or all with `users:manage`.',
    access: 'tokens:own',
    response: list(schema.tokenView),
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/tokens',
    summary: 'Create an access token; shown once.',
    access: 'tokens:own',
    body: schema.tokenRequest,
    response: schema.createdToken,
    status: 201,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    summary: 'Revoke a token at once.',
    access: 'tokens:own',
  },
} as const satisfies RouteTable
