import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Workspaces, and the folders they were given. */
export const workspacesRoutes = {
  workspaces: {
    method: 'GET',
    path: '/api/v1/workspaces',
    summary: 'Workspaces you may act in; name one in `x-nexus-workspace`.',
    access: 'signed-in',
    response: list(schema.workspaceView),
  },
  createWorkspace: {
    method: 'POST',
    path: '/api/v1/workspaces',
    summary: 'Create a workspace; host admins only.',
    access: 'users:manage',
    body: schema.workspaceRequest,
    response: schema.workspaceView,
    status: 201,
  },
  workspaceRoots: {
    method: 'GET',
    path: '/api/v1/workspace-roots',
    summary: 'Folders of the host that plugins of the workspace see as `$workspace/<name>`.',
    access: 'installations:manage',
    response: list(schema.workspaceRootView),
  },
  putWorkspaceRoot: {
    method: 'PUT',
    path: '/api/v1/workspace-roots/:name',
    summary: 'Give a folder to the workspace, or change one; host admins only.',
    access: 'users:manage',
    body: schema.workspaceRootChange,
    response: schema.workspaceRootView,
  },
  removeWorkspaceRoot: {
    method: 'DELETE',
    path: '/api/v1/workspace-roots/:name',
    summary: 'Take a folder back from the workspace; host admins only.',
    access: 'users:manage',
  },
} as const satisfies RouteTable
