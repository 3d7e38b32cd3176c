/* oxlint-disable max-lines -- one table of the whole API */
import { z } from 'zod'
import type { Permission } from '../identity/principal.ts'
import * as schema from './schemas.ts'

/** One route of the admin API: enough to serve it, to call it and to describe it in OpenAPI. */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the origin; `:name` is a parameter. */
  readonly path: string
  readonly summary: string
  /** What the caller must be allowed to do; `public` needs no sign-in, `signed-in` any principal. */
  readonly access: Permission | 'public' | 'signed-in'
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** `undefined` answers 204 without a body. */
  readonly response?: z.ZodType
  readonly status?: 200 | 201 | 202 | 204
}

const list = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) })

/** The admin API. Served by `http/`, described at `/api/openapi.json`, called by the UI and the command line. */
export const apiRoutes = {
  health: {
    method: 'GET',
    path: '/api/v1/health',
    summary: 'Is the host alive and ready?',
    access: 'public',
    response: z.object({ status: z.enum(['ok', 'degraded']), version: z.string() }),
  },
  setupState: {
    method: 'GET',
    path: '/api/v1/setup',
    summary: 'Does the first admin still have to be created?',
    access: 'public',
    response: schema.setupState,
  },
  setup: {
    method: 'POST',
    path: '/api/v1/setup',
    summary: 'Create the first admin with the one-time link; signs in.',
    access: 'public',
    body: schema.setupRequest,
    response: schema.me,
    status: 201,
  },
  signIn: {
    method: 'POST',
    path: '/api/v1/session',
    summary: 'Sign in; sets the session cookie.',
    access: 'public',
    body: schema.signInRequest,
    response: schema.me,
    status: 201,
  },
  signOut: { method: 'DELETE', path: '/api/v1/session', summary: 'Sign out.', access: 'signed-in' },
  me: {
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who am I, in which workspace, and what may I do?',
    access: 'signed-in',
    response: schema.me,
  },
  overview: {
    method: 'GET',
    path: '/api/v1/overview',
    summary: 'The state of the host at a glance.',
    access: 'installations:read',
    response: schema.overview,
  },
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
  planInstall: {
    method: 'POST',
    path: '/api/v1/installations/plan',
    summary: 'Check the chain and show what an install would grant.',
    access: 'installations:manage',
    body: schema.installPlanRequest,
    response: schema.installPlan,
  },
  install: {
    method: 'POST',
    path: '/api/v1/installations',
    summary: 'Install with the consent given to a plan; answers with a job.',
    access: 'installations:manage',
    body: schema.installRequest,
    response: schema.job,
    status: 202,
  },
  job: {
    method: 'GET',
    path: '/api/v1/jobs/:id',
    summary: 'Progress of long work.',
    access: 'installations:manage',
    response: schema.job,
  },
  installations: {
    method: 'GET',
    path: '/api/v1/installations',
    summary: 'Installed plugins of the workspace.',
    access: 'installations:read',
    response: list(schema.installationView),
  },
  installation: {
    method: 'GET',
    path: '/api/v1/installations/:id',
    summary: 'One installed plugin.',
    access: 'installations:read',
    response: schema.installationDetail,
  },
  changeInstallation: {
    method: 'PATCH',
    path: '/api/v1/installations/:id',
    summary: 'Enable, disable or reconfigure.',
    access: 'installations:manage',
    body: schema.installationChange,
    response: schema.installationDetail,
  },
  restartInstallation: {
    method: 'POST',
    path: '/api/v1/installations/:id/restart',
    summary: 'Stop and start; releases a quarantine.',
    access: 'installations:manage',
    response: schema.installationDetail,
  },
  planUpdate: {
    method: 'POST',
    path: '/api/v1/installations/:id/update/plan',
    summary: 'Check another release and show what an update to it would grant.',
    access: 'installations:manage',
    body: schema.updatePlanRequest,
    response: schema.installPlan,
  },
  updateInstallation: {
    method: 'POST',
    path: '/api/v1/installations/:id/update',
    summary: 'Swap to another release under live calls, with the consent given to a plan; answers with a job.',
    access: 'installations:manage',
    body: schema.updateRequest,
    response: schema.job,
    status: 202,
  },
  removeInstallation: {
    method: 'DELETE',
    path: '/api/v1/installations/:id',
    summary: 'Remove with its storage and names.',
    access: 'installations:manage',
  },
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
  tokens: {
    method: 'GET',
    path: '/api/v1/tokens',
    summary: 'Access tokens: own ones, or all with `users:manage`.',
    access: 'tokens:own',
    response: list(schema.tokenView),
  },
  createToken: {
    method: 'POST',
    path: '/api/v1/tokens',
    summary: 'Create an access token; shown once.',
    access: 'tokens:own',
    body: schema.tokenRequest,
    response: schema.createdToken,
    status: 201,
  },
  revokeToken: {
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    summary: 'Revoke a token at once.',
    access: 'tokens:own',
  },
  secrets: {
    method: 'GET',
    path: '/api/v1/secrets',
    summary: 'Names of the secrets; never their values.',
    access: 'secrets:manage',
    response: list(schema.secretView),
  },
  putSecret: {
    method: 'PUT',
    path: '/api/v1/secrets/:name',
    summary: 'Create or replace a secret.',
    access: 'secrets:manage',
    body: schema.secretPut,
    response: schema.secretView,
  },
  removeSecret: {
    method: 'DELETE',
    path: '/api/v1/secrets/:name',
    summary: 'Remove a secret.',
    access: 'secrets:manage',
  },
  policyRules: {
    method: 'GET',
    path: '/api/v1/policies',
    summary: 'The allow and deny rules.',
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
  audit: {
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'The audit trail, newest first.',
    access: 'audit:read',
    query: schema.auditQuery,
    response: list(schema.auditRecordView),
  },
  doctor: {
    method: 'GET',
    path: '/api/v1/doctor',
    summary: 'What is wrong with this installation and how to mend it.',
    access: 'installations:manage',
    response: list(schema.diagnosis),
  },
  trust: {
    method: 'GET',
    path: '/api/v1/trust',
    summary: 'The keys this host believes.',
    access: 'marketplace:read',
    response: schema.trustView,
  },
  boot: {
    method: 'GET',
    path: '/api/v1/boot',
    summary: 'The boot tree with timings.',
    access: 'installations:read',
    response: list(schema.bootEntry),
  },
} as const satisfies Record<string, RouteDefinition>

/** Name of a route of the admin API. */
export type ApiRoute = keyof typeof apiRoutes
