import { z } from 'zod'
import * as schema from '../schemas.ts'
import { list, type RouteTable } from './route-table.ts'

/** What plugins use, what bounds them and what they were granted. */
export const oversightRoutes = {
  usageSummaries: {
    method: 'GET',
    path: '/api/v1/usage',
    summary: 'The last hour of each installed plugin, and its budgets.',
    access: 'installations:read',
    response: list(schema.usageSummary),
  },
  installationUsage: {
    method: 'GET',
    path: '/api/v1/installations/:id/usage',
    summary: 'What it used over time: calls, CPU, memory, traffic, breaches.',
    access: 'installations:read',
    query: schema.usageQuery,
    response: schema.usageView,
  },
  installationLimits: {
    method: 'GET',
    path: '/api/v1/installations/:id/limits',
    summary: 'Its limits and who decided on each: profile, manifest or admin.',
    access: 'installations:read',
    response: schema.limitsView,
  },
  changeLimits: {
    method: 'PATCH',
    path: '/api/v1/installations/:id/limits',
    summary: 'Narrow limits, or give them back; never above the profile.',
    access: 'installations:manage',
    body: schema.limitsChange,
    response: schema.limitsView,
  },
  installationBudgets: {
    method: 'GET',
    path: '/api/v1/installations/:id/budgets',
    summary: 'Its budgets per day and month, and how much of each is gone.',
    access: 'installations:read',
    response: schema.budgetsView,
  },
  putBudgets: {
    method: 'PUT',
    path: '/api/v1/installations/:id/budgets',
    summary: 'Set its budgets.',
    access: 'installations:manage',
    body: schema.budgetsPut,
    response: schema.budgetsView,
  },
  installationGrants: {
    method: 'GET',
    path: '/api/v1/installations/:id/grants',
    summary: 'What it was granted, and what of it was not used in so many days.',
    access: 'installations:read',
    query: schema.grantsQuery,
    response: schema.grantsView,
  },
  withholdGrants: {
    method: 'POST',
    path: '/api/v1/installations/:id/grants/withhold',
    summary: 'Take granted uses back; refused when the plugin does not start without them.',
    access: 'installations:manage',
    query: schema.grantsQuery,
    body: schema.grantsChange,
    response: schema.grantsView,
  },
  restoreGrants: {
    method: 'POST',
    path: '/api/v1/installations/:id/grants/restore',
    summary: 'Give back what was withheld.',
    access: 'installations:manage',
    query: schema.grantsQuery,
    body: schema.grantsChange,
    response: schema.grantsView,
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'The plugins of the workspace as OpenMetrics text, for Prometheus.',
    access: 'metrics:read',
    response: z.string(),
    mediaType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  },
} as const satisfies RouteTable
