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
  catalog: {
    method: 'GET',
    path: '/api/v1/catalog',
    summary: 'Everything the upstreams of the workspace offer, to pick from.',
    access: 'servers:read',
    response: list(schema.catalogView),
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
  previewVirtualServer: {
    method: 'POST',
    path: '/api/v1/virtual-servers/preview',
    summary: 'What a client of a draft would see, without saving it.',
    access: 'servers:manage',
    body: schema.previewRequest,
    response: schema.serverPreview,
  },
  importVirtualServer: {
    method: 'POST',
    path: '/api/v1/virtual-servers/import',
    summary: 'Create or replace a virtual server from YAML.',
    access: 'servers:manage',
    body: schema.importRequest,
    response: schema.importedServer,
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
  cloneVirtualServer: {
    method: 'POST',
    path: '/api/v1/virtual-servers/:name/clone',
    summary: 'Make another one like it.',
    access: 'servers:manage',
    body: schema.cloneServerRequest,
    response: schema.virtualServerView,
    status: 201,
  },
  exportVirtualServer: {
    method: 'GET',
    path: '/api/v1/virtual-servers/:name/export',
    summary: 'The virtual server as YAML.',
    access: 'servers:read',
    response: schema.exportedServer,
  },
  removeVirtualServer: {
    method: 'DELETE',
    path: '/api/v1/virtual-servers/:name',
    summary: 'Remove a virtual server.',
    access: 'servers:manage',
  },
} as const satisfies RouteTable
