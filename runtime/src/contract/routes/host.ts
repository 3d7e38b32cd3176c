import { z } from 'zod'
import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** The host itself: health, whom it trusts, how it started. */
export const hostRoutes = {
  health: {
    method: 'GET',
    path: '/api/v1/health',
    summary: 'Is the host alive and ready?',
    access: 'public',
    response: z.object({ status: z.enum(['ok', 'degraded']), version: z.string() }),
  },
  doctor: {
    method: 'GET',
    path: '/api/v1/doctor',
    summary: 'What is wrong with this installation and how to mend it.',
    access: 'installations:manage',
    response: list(schema.diagnosis),
  },
  trust: {
    method: 'GET',
    path: '/api/v1/trust',
    summary: 'The keys this host believes.',
    access: 'marketplace:read',
    response: schema.trustView,
  },
  changeTrust: {
    method: 'PATCH',
    path: '/api/v1/trust/publishers/:publisher',
    summary: 'Let a known publisher’s code run in worker threads, or no longer; what runs there is started again.',
    access: 'users:manage',
    body: schema.trustChange,
    response: schema.trustView,
  },
  sandboxProfiles: {
    method: 'GET',
    path: '/api/v1/sandbox-profiles',
    summary: 'The sandbox profiles of this host.',
    access: 'marketplace:read',
    response: list(schema.sandboxProfileView),
  },
  boot: {
    method: 'GET',
    path: '/api/v1/boot',
    summary: 'The boot tree with timings.',
    access: 'installations:read',
    response: list(schema.bootEntry),
  },
} as const satisfies RouteTable
