import { z } from 'zod'
import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** Updates of installed plugins: what would change, who agrees, and the way back. */
export const updatesRoutes = {
  waitingUpdates: {
    method: 'GET',
    path: '/api/v1/updates',
    summary: 'Releases that wait in the workspace, and for what.',
    access: 'installations:read',
    response: schema.waitingUpdates,
  },
  installationUpdates: {
    method: 'GET',
    path: '/api/v1/installations/:id/updates',
    summary: 'How an installation comes by updates, what waits, and its versions until now.',
    access: 'installations:read',
    response: schema.updatesView,
  },
  changeUpdateSetting: {
    method: 'PATCH',
    path: '/api/v1/installations/:id/updates',
    summary: 'Follow a channel, take updates without asking, pin the version, or set a time window.',
    access: 'installations:manage',
    body: schema.updateSettingChange,
    response: schema.updatesView,
  },
  updatePlan: {
    method: 'GET',
    path: '/api/v1/installations/:id/update-plan',
    summary: 'What going to a version, or to what a channel points at, would change.',
    access: 'installations:manage',
    query: z.object({ to: z.string().max(100).optional().describe('Version or channel; the newest when absent.') }),
    response: schema.updatePlan,
  },
  approveUpdate: {
    method: 'POST',
    path: '/api/v1/installations/:id/update/approval',
    summary: 'Agree to a plan: it is applied now or at its time, or waits for a second person.',
    access: 'installations:manage',
    body: schema.updateApproval,
    response: schema.updateApproved,
    status: 202,
  },
  declineUpdate: {
    method: 'POST',
    path: '/api/v1/installations/:id/update/refusal',
    summary: 'Keep the present version: this release is not offered again.',
    access: 'installations:manage',
    body: schema.updateRefusal,
    response: schema.updatesView,
  },
  rollBack: {
    method: 'POST',
    path: '/api/v1/installations/:id/rollback',
    summary: 'Go back to a version that ran before, from its kept files; answers with a job.',
    access: 'installations:manage',
    body: schema.rollbackRequest,
    response: schema.job,
    status: 202,
  },
  updatePolicy: {
    method: 'GET',
    path: '/api/v1/update-policy',
    summary: 'What the workspace demands of updates.',
    access: 'installations:read',
    response: schema.updatePolicy,
  },
  changeUpdatePolicy: {
    method: 'PUT',
    path: '/api/v1/update-policy',
    summary: 'Demand the consent of a second person for updates that widen, or no longer.',
    access: 'policies:manage',
    body: schema.updatePolicy,
    response: schema.updatePolicy,
  },
} as const satisfies RouteTable
