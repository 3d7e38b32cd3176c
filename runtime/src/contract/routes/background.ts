import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** What plugins do without being called. */
export const backgroundRoutes = {
  installationBackground: {
    method: 'GET',
    path: '/api/v1/installations/:id/background',
    summary: 'What it does by itself: runs of its schedules, events heard and sent.',
    access: 'installations:read',
    response: schema.backgroundView,
  },
} as const satisfies RouteTable
