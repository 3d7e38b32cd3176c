import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Tools of the workspace, and the virtual servers that offer them. */
export const gatewayRoutes = {
  tools: {
    method: 'GET',
    path: '/api/v1/tools',
    summary: 'All tools of the workspace by upstream.',
    access: 'servers:read',
    response: list(schema.upstreamView),
  },
  virtualServers: {
    method: 'GET',
    path: '/api/v1/virtual-servers',
    summary: 'Virtual servers of the workspace.',
    access: 'servers:read',
    response: list(schema.virtualServerView),
  },
  createVirtualServer: {
    method: 'POST',
    path: '/api/v1/virtual-servers',
    summary: 'Create a virtual server.',
    access: 'servers:manage',
    body: schema.virtualServerRequest,
    response: schema.virtualServerView,
    status: 201,
  },
  virtualServer: {
    method: 'GET',
    path: '/api/v1/virtual-servers/:name',
    summary: 'One virtual server.',
    access: 'servers:read',
    response: schema.virtualServerView,
  },
  changeVirtualServer: {
    method: 'PATCH',
    path: '/api/v1/virtual-servers/:name',
    summary: 'Change it; connected clients are told.',
    access: 'servers:manage',
    body: schema.virtualServerChange,
    response: schema.virtualServerView,
  },
  removeVirtualServer: {
    method: 'DELETE',
    path: '/api/v1/virtual-servers/:name',
    summary: 'Remove a virtual server.',
    access: 'servers:manage',
  },
} as const satisfies RouteTable
