import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Secrets of the workspace. */
export const secretsRoutes = {
  secrets: {
    method: 'GET',
    path: '/api/v1/secrets',
    summary: 'Names of the secrets; never their values.',
    access: 'secrets:manage',
    response: list(schema.secretView),
  },
  putSecret: {
    method: 'PUT',
    path: '/api/v1/secrets/:name',
    summary: 'Create or replace a secret.',
    access: 'secrets:manage',
    body: schema.secretPut,
    response: schema.secretView,
  },
  removeSecret: {
    method: 'DELETE',
    path: '/api/v1/secrets/:name',
    summary: 'Remove a secret.',
    access: 'secrets:manage',
  },
} as const satisfies RouteTable
