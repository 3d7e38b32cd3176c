import { z } from 'zod'
import * as plugins from '../plugins.ts'
import type { RegistryRoute } from './route.ts'

const one = z.strictObject({ id: z.uuid() })

/** Versions that wait for a decision: what their authors staged, and what a check held for a moderator. */
export const stagedRoutes = {
  staged: {
    method: 'GET',
    path: '/api/v1/staged',
    access: 'read',
    status: 200,
    summary: 'Staged versions that the caller may decide about.',
    response: plugins.stagedList,
  },
  approveStaged: {
    method: 'POST',
    path: '/api/v1/staged/:id/approval',
    access: 'manage',
    status: 204,
    summary: 'Publish a staged version.',
    params: one,
  },
  rejectStaged: {
    method: 'POST',
    path: '/api/v1/staged/:id/rejection',
    access: 'manage',
    status: 204,
    summary: 'Throw a staged version away.',
    params: one,
    body: plugins.rejectRequest,
  },
} as const satisfies Record<string, RegistryRoute>
