import { z } from 'zod'
import { publisherId } from '../identifiers.ts'
import * as servers from '../mcp-servers.ts'
import type { RegistryRoute } from './route.ts'

const oneVersion = z.string().min(1).max(255)

/** The read API of the MCP Registry, with this registry as a sub-registry of its own, and what adds plain entries to it. */
export const mcpServerRoutes = {
  mcpServers: {
    method: 'GET',
    path: '/v0.1/servers',
    access: 'public',
    status: 200,
    summary: 'MCP Registry: list servers.',
    query: servers.serverQuery,
    response: servers.serverList,
  },
  mcpServerVersions: {
    method: 'GET',
    path: '/v0.1/servers/:server/versions',
    access: 'public',
    status: 200,
    summary: 'MCP Registry: all versions of a server, newest first.',
    params: z.strictObject({ server: servers.serverName }),
    query: servers.oneServerQuery,
    response: servers.serverList,
  },
  mcpServerVersion: {
    method: 'GET',
    path: '/v0.1/servers/:server/versions/:version',
    access: 'public',
    status: 200,
    summary: 'MCP Registry: one version of a server, or `latest`.',
    params: z.strictObject({ server: servers.serverName, version: oneVersion }),
    query: servers.oneServerQuery,
    response: servers.serverResponse,
  },
  publishServer: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/servers',
    access: 'manage',
    status: 201,
    summary: 'Add a version of a plain server entry.',
    params: z.strictObject({ publisher: publisherId }),
    body: servers.serverEntryRequest,
    response: servers.serverResponse,
  },
  setServerStatus: {
    method: 'PUT',
    path: '/api/v1/publishers/:publisher/servers/:server/versions/:version/status',
    access: 'manage',
    status: 200,
    summary: 'Call a version of a plain server entry active, deprecated or deleted.',
    params: z.strictObject({ publisher: publisherId, server: servers.serverName, version: oneVersion }),
    body: servers.serverStatusRequest,
    response: servers.serverResponse,
  },
} as const satisfies Record<string, RegistryRoute>
