import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** The audit trail. */
export const auditRoutes = {
  audit: {
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'The audit trail, newest first.',
    access: 'audit:read',
    query: schema.auditQuery,
    response: list(schema.auditRecordView),
  },
} as const satisfies RouteTable
