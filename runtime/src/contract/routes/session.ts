import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** What is needed to sign in, and who is signed in. */
export const sessionRoutes = {
  setupState: {
    method: 'GET',
    path: '/api/v1/setup',
    summary: 'Does the first admin still have to be created?',
    access: 'public',
    response: schema.setupState,
  },
  setup: {
    method: 'POST',
    path: '/api/v1/setup',
    summary: 'Create the first admin with the one-time link; signs in.',
    access: 'public',
    body: schema.setupRequest,
    response: schema.me,
    status: 201,
  },
  signIn: {
    method: 'POST',
    path: '/api/v1/session',
    summary: 'Sign in; sets the session cookie.',
    access: 'public',
    body: schema.signInRequest,
    response: schema.me,
    status: 201,
  },
  signOut: { method: 'DELETE', path: '/api/v1/session', summary: 'Sign out.', access: 'signed-in' },
  me: {
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who am I, in which workspace, and what may I do?',
    access: 'signed-in',
    response: schema.me,
  },
} as const satisfies RouteTable
