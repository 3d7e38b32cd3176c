import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** Who may call what. */
export const policiesRoutes = {
  policyRules: {
    method: 'GET',
    path: '/api/v1/policies',
    summary: 'The rules that allow, deny or ask.',
    access: 'policies:manage',
    response: list(schema.policyRuleView),
  },
  createPolicyRule: {
    method: 'POST',
    path: '/api/v1/policies',
    summary: 'Add a rule.',
    access: 'policies:manage',
    body: schema.policyRuleRequest,
    response: schema.policyRuleView,
    status: 201,
  },
  removePolicyRule: {
    method: 'DELETE',
    path: '/api/v1/policies/:id',
    summary: 'Remove a rule.',
    access: 'policies:manage',
  },
} as const satisfies RouteTable
