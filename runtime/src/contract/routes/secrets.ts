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
  ownSecrets: {
    method: 'GET',
    path: '/api/v1/own-secrets',
    summary: 'Names of the secrets you keep for your own calls; never their values.',
    access: 'tokens:own',
    response: list(schema.ownSecretView),
  },
  putOwnSecret: {
    method: 'PUT',
    path: '/api/v1/own-secrets/:name',
    summary: 'Create or replace a secret that is used for your own calls only.',
    access: 'tokens:own',
    body: schema.secretPut,
    response: schema.ownSecretView,
  },
  removeOwnSecret: {
    method: 'DELETE',
    path: '/api/v1/own-secrets/:name',
    summary: 'Remove one of your own secrets.',
    access: 'tokens:own',
  },
} as const satisfies RouteTable
