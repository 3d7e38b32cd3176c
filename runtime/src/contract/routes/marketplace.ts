import { z } from 'zod'
import * as schema from '../schemas.ts'
import type { RouteTable } from './route-table.ts'

/** The registry as this workspace sees it. */
export const marketplaceRoutes = {
  marketplace: {
    method: 'GET',
    path: '/api/v1/marketplace',
    summary: 'Search the registry.',
    access: 'marketplace:read',
    query: schema.marketplaceQuery,
    response: schema.marketplaceList,
  },
  marketplacePlugin: {
    method: 'GET',
    path: '/api/v1/marketplace/:publisher/:name',
    summary: 'Everything about one plugin; `version` in the query picks a release.',
    access: 'marketplace:read',
    query: z.object({ version: z.string().optional(), language: z.string().max(20).optional() }),
    response: schema.marketplacePlugin,
  },
} as const satisfies RouteTable
