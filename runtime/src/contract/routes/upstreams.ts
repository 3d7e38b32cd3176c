import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** What an operator does with the servers behind upstreams; how they do is in `tools`. */
export const upstreamsRoutes = {
  restartUpstream: {
    method: 'POST',
    path: '/api/v1/upstreams/:label/restart',
    summary: 'Restart an upstream, one replica after the other; calls in flight finish first.',
    access: 'servers:manage',
    response: schema.upstreamView,
  },
  drainReplica: {
    method: 'POST',
    path: '/api/v1/upstreams/:label/replicas/:replica/drain',
    summary: 'Send a replica no new calls; those in flight finish.',
    access: 'servers:manage',
    response: schema.upstreamView,
  },
  resumeReplica: {
    method: 'POST',
    path: '/api/v1/upstreams/:label/replicas/:replica/resume',
    summary: 'Send a drained replica calls again.',
    access: 'servers:manage',
    response: schema.upstreamView,
  },
} as const satisfies RouteTable
