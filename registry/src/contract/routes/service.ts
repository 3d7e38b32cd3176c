import { z } from 'zod'
import * as publishers from '../publishers.ts'
import type { RegistryRoute } from './route.ts'

/** The registry itself: is it there, and what must be pinned to check what it says. */
export const serviceRoutes = {
  health: {
    method: 'GET',
    path: '/api/v1/health',
    access: 'public',
    status: 200,
    summary: 'Is the registry ready?',
    response: z.object({ status: z.literal('ok'), version: z.string() }),
  },
  trustRoot: {
    method: 'GET',
    path: '/api/v1/trust-root',
    access: 'public',
    status: 200,
    summary: 'Keys of the registry and of every publisher.',
    response: publishers.trustRoot,
  },
} as const satisfies Record<string, RegistryRoute>
