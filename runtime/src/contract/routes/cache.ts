import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** Results that are given again without asking the server. */
export const cacheRoutes = {
  cache: {
    method: 'GET',
    path: '/api/v1/cache',
    summary: 'Tools whose results are given again, and how often that happened.',
    access: 'installations:read',
    response: schema.cacheView,
  },
  putCachedTool: {
    method: 'PUT',
    path: '/api/v1/installations/:id/cached-tools/:tool',
    summary: 'Give results of a tool again for some time.',
    access: 'installations:manage',
    body: schema.cachedToolPut,
    response: schema.cachedToolView,
  },
  removeCachedTool: {
    method: 'DELETE',
    path: '/api/v1/installations/:id/cached-tools/:tool',
    summary: 'Ask the server at every call again.',
    access: 'installations:manage',
  },
  clearCache: {
    method: 'POST',
    path: '/api/v1/cache/clear',
    summary: 'Forget all results that were kept, or those of one installation.',
    access: 'installations:manage',
    body: schema.cacheClear,
    response: schema.cacheCleared,
  },
} as const satisfies RouteTable
