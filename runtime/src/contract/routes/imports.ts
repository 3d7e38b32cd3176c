import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Largest MCPB bundle that may be uploaded, bytes. */
const MAX_UPLOAD_BYTES = 128 * 1_048_576

/** From an entry of an MCP Registry, or an MCPB bundle, to the settings of an installation. */
export const importRoutes = {
  serverSources: {
    method: 'GET',
    path: '/api/v1/server-sources',
    summary: 'Registries that servers are imported from.',
    access: 'marketplace:read',
    response: list(schema.serverSource),
  },
  addServerSource: {
    method: 'POST',
    path: '/api/v1/server-sources',
    summary: 'Add a registry to import from.',
    access: 'users:manage',
    body: schema.serverSourceRequest,
    response: schema.serverSource,
    status: 201,
  },
  removeServerSource: {
    method: 'DELETE',
    path: '/api/v1/server-sources/:name',
    summary: 'Remove a registry to import from.',
    access: 'users:manage',
  },
  importableServers: {
    method: 'GET',
    path: '/api/v1/importable-servers',
    summary: 'Search a registry for servers.',
    access: 'installations:manage',
    query: schema.importableQuery,
    response: schema.importablePage,
  },
  planImport: {
    method: 'POST',
    path: '/api/v1/imports/plan',
    summary: 'The ways to run a server here, and what each asks for.',
    access: 'installations:manage',
    body: schema.importPlanRequest,
    response: schema.importPlan,
  },
  holdBundle: {
    method: 'POST',
    path: '/api/v1/imports/bundles',
    summary: 'Upload an MCPB bundle as the raw body; its SHA-256 must be the one given.',
    access: 'installations:manage',
    query: schema.bundleQuery,
    bytes: MAX_UPLOAD_BYTES,
    response: schema.heldBundle,
    status: 201,
  },
  importServer: {
    method: 'POST',
    path: '/api/v1/imports',
    summary: 'The settings under which to install it; installing shows and asks as always.',
    access: 'installations:manage',
    body: schema.serverImportRequest,
    response: schema.importConfiguration,
  },
} as const satisfies RouteTable
