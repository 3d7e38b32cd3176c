import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** The host at a glance. */
export const overviewRoutes = {
  overview: {
    method: 'GET',
    path: '/api/v1/overview',
    summary: 'The state of the host at a glance.',
    access: 'installations:read',
    response: schema.overview,
  },
} as const satisfies RouteTable
