import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Calls that wait for a person. */
export const approvalsRoutes = {
  approvals: {
    method: 'GET',
    path: '/api/v1/approvals',
    summary: 'Calls that you may approve or have asked for: what waits, oldest first, then what was decided lately.',
    access: 'approvals:decide',
    response: list(schema.approvalView),
  },
  approval: {
    method: 'GET',
    path: '/api/v1/approvals/:id',
    summary: 'One call that waits, or was decided lately.',
    access: 'approvals:decide',
    response: schema.approvalView,
  },
  decideApproval: {
    method: 'POST',
    path: '/api/v1/approvals/:id/decision',
    summary: 'Approve or deny a call. An approved call runs once.',
    access: 'approvals:decide',
    body: schema.approvalDecision,
    response: schema.approvalView,
  },
  followApprovals: {
    method: 'GET',
    path: '/api/v1/approval-events',
    summary: 'How many calls wait for you, now and whenever that changes.',
    access: 'approvals:decide',
    events: schema.approvalCount,
  },
} as const satisfies RouteTable
