import { z } from 'zod'
import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Plugins of the workspace: how they come, change and go. */
export const installationsRoutes = {
  planInstall: {
    method: 'POST',
    path: '/api/v1/installations/plan',
    summary: 'Check the chain and show what an install would grant.',
    access: 'installations:manage',
    body: schema.installPlanRequest,
    response: schema.installPlan,
  },
  install: {
    method: 'POST',
    path: '/api/v1/installations',
    summary: 'Install with the consent given to a plan; answers with a job.',
    access: 'installations:manage',
    body: schema.installRequest,
    response: schema.job,
    status: 202,
  },
  job: {
    method: 'GET',
    path: '/api/v1/jobs/:id',
    summary: 'Progress of long work.',
    access: 'installations:manage',
    response: schema.job,
  },
  installations: {
    method: 'GET',
    path: '/api/v1/installations',
    summary: 'Installed plugins of the workspace.',
    access: 'installations:read',
    response: list(schema.installationView),
  },
  installation: {
    method: 'GET',
    path: '/api/v1/installations/:id',
    summary: 'One installed plugin.',
    access: 'installations:read',
    response: schema.installationDetail,
  },
  changeInstallation: {
    method: 'PATCH',
    path: '/api/v1/installations/:id',
    summary: 'Enable, disable or reconfigure.',
    access: 'installations:manage',
    body: schema.installationChange,
    response: schema.installationDetail,
  },
  restartInstallation: {
    method: 'POST',
    path: '/api/v1/installations/:id/restart',
    summary: 'Stop and start; releases a quarantine.',
    access: 'installations:manage',
    response: schema.installationDetail,
  },
  followLog: {
    method: 'GET',
    path: '/api/v1/installations/:id/log',
    summary:
      'The log of an installed plugin, live: the last lines, then each new one. Ends now and then; connect again.',
    access: 'installations:read',
    query: z.object({
      level: schema.logLine.shape.level.optional().describe('Least severe level that is wanted.'),
      after: z.coerce.number().int().optional().describe('Sequence of the last line that is known already.'),
    }),
    events: schema.logLine,
  },
  inspectInstallation: {
    method: 'POST',
    path: '/api/v1/installations/:id/inspector',
    summary: 'Open it for a debugger; only on a host in developer mode.',
    access: 'installations:manage',
    response: schema.inspectorAddress,
  },
  endInspection: {
    method: 'DELETE',
    path: '/api/v1/installations/:id/inspector',
    summary: 'End debugging; it runs in its own sandbox again.',
    access: 'installations:manage',
  },
  planUpdate: {
    method: 'POST',
    path: '/api/v1/installations/:id/update/plan',
    summary: 'Check another release and show what an update to it would grant.',
    access: 'installations:manage',
    body: schema.updatePlanRequest,
    response: schema.updatePlan,
  },
  updateInstallation: {
    method: 'POST',
    path: '/api/v1/installations/:id/update',
    summary: 'Swap to another release under live calls, with the consent given to a plan; answers with a job.',
    access: 'installations:manage',
    body: schema.updateRequest,
    response: schema.job,
    status: 202,
  },
  releaseInstallation: {
    method: 'POST',
    path: '/api/v1/installations/:id/release',
    summary: 'End a quarantine and start it again.',
    access: 'installations:manage',
    response: schema.installationDetail,
  },
  removeInstallation: {
    method: 'DELETE',
    path: '/api/v1/installations/:id',
    summary: 'Remove with its storage and names.',
    access: 'installations:manage',
  },
} as const satisfies RouteTable
