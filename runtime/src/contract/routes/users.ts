import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** People of the workspace. */
export const usersRoutes = {
  users: {
    method: 'GET',
    path: '/api/v1/users',
    summary: 'People of the workspace.',
    access: 'users:manage',
    response: list(schema.userView),
  },
  createUser: {
    method: 'POST',
    path: '/api/v1/users',
    summary: 'Add a person.',
    access: 'users:manage',
    body: schema.userRequest,
    response: schema.userView,
    status: 201,
  },
  changeUser: {
    method: 'PATCH',
    path: '/api/v1/users/:id',
    summary: 'Disable, enable or change the role.',
    access: 'users:manage',
    body: schema.userChange,
    response: schema.userView,
  },
} as const satisfies RouteTable
