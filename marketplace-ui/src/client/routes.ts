import type { ApiRoute, apiRoutes } from '@nexus/runtime/contract'

type Routes = typeof apiRoutes

/** `METHOD /path` of every route. The compiler holds this table against the contract, so zod stays out of the bundle. */
type RouteLines = { readonly [Name in ApiRoute]: `${Routes[Name]['method']} ${Routes[Name]['path']}` }

export const routeLines = {
  health: 'GET /api/v1/health',
  setupState: 'GET /api/v1/setup',
  setup: 'POST /api/v1/setup',
  signIn: 'POST /api/v1/session',
  signOut: 'DELETE /api/v1/session',
  me: 'GET /api/v1/me',
  overview: 'GET /api/v1/overview',
  marketplace: 'GET /api/v1/marketplace',
  marketplacePlugin: 'GET /api/v1/marketplace/:publisher/:name',
  reviews: 'GET /api/v1/marketplace/:publisher/:name/reviews',
  myReview: 'GET /api/v1/marketplace/:publisher/:name/reviews/mine',
  putReview: 'PUT /api/v1/marketplace/:publisher/:name/reviews/mine',
  removeReview: 'DELETE /api/v1/marketplace/:publisher/:name/reviews/mine',
  appealReview: 'POST /api/v1/marketplace/:publisher/:name/reviews/mine/appeal',
  voteReview: 'PUT /api/v1/marketplace/:publisher/:name/reviews/:review/vote',
  replyReview: 'PUT /api/v1/marketplace/:publisher/:name/reviews/:review/reply',
  reportPlugin: 'POST /api/v1/marketplace/:publisher/:name/reports',
  pluginStatistics: 'GET /api/v1/marketplace/:publisher/:name/statistics',
  pluginAdvisories: 'GET /api/v1/marketplace/:publisher/:name/advisories',
  pluginSbom: 'GET /api/v1/marketplace/:publisher/:name/versions/:version/sbom',
  trending: 'GET /api/v1/trending',
  affectedInstallations: 'GET /api/v1/advisories/affected',
  moderationCases: 'GET /api/v1/moderation',
  moderate: 'POST /api/v1/moderation',
  marketplaceSettings: 'GET /api/v1/marketplace-settings',
  changeMarketplaceSettings: 'PATCH /api/v1/marketplace-settings',
  serverSources: 'GET /api/v1/server-sources',
  addServerSource: 'POST /api/v1/server-sources',
  removeServerSource: 'DELETE /api/v1/server-sources/:name',
  importableServers: 'GET /api/v1/importable-servers',
  planImport: 'POST /api/v1/imports/plan',
  holdBundle: 'POST /api/v1/imports/bundles',
  importServer: 'POST /api/v1/imports',
  planInstall: 'POST /api/v1/installations/plan',
  install: 'POST /api/v1/installations',
  job: 'GET /api/v1/jobs/:id',
  installations: 'GET /api/v1/installations',
  installation: 'GET /api/v1/installations/:id',
  changeInstallation: 'PATCH /api/v1/installations/:id',
  restartInstallation: 'POST /api/v1/installations/:id/restart',
  followLog: 'GET /api/v1/installations/:id/log',
  inspectInstallation: 'POST /api/v1/installations/:id/inspector',
  endInspection: 'DELETE /api/v1/installations/:id/inspector',
  planUpdate: 'POST /api/v1/installations/:id/update/plan',
  updateInstallation: 'POST /api/v1/installations/:id/update',
  waitingUpdates: 'GET /api/v1/updates',
  installationUpdates: 'GET /api/v1/installations/:id/updates',
  changeUpdateSetting: 'PATCH /api/v1/installations/:id/updates',
  updatePlan: 'GET /api/v1/installations/:id/update-plan',
  approveUpdate: 'POST /api/v1/installations/:id/update/approval',
  declineUpdate: 'POST /api/v1/installations/:id/update/refusal',
  rollBack: 'POST /api/v1/installations/:id/rollback',
  updatePolicy: 'GET /api/v1/update-policy',
  changeUpdatePolicy: 'PUT /api/v1/update-policy',
  releaseInstallation: 'POST /api/v1/installations/:id/release',
  installationBackground: 'GET /api/v1/installations/:id/background',
  usageSummaries: 'GET /api/v1/usage',
  installationUsage: 'GET /api/v1/installations/:id/usage',
  installationLimits: 'GET /api/v1/installations/:id/limits',
  changeLimits: 'PATCH /api/v1/installations/:id/limits',
  installationBudgets: 'GET /api/v1/installations/:id/budgets',
  putBudgets: 'PUT /api/v1/installations/:id/budgets',
  installationGrants: 'GET /api/v1/installations/:id/grants',
  withholdGrants: 'POST /api/v1/installations/:id/grants/withhold',
  restoreGrants: 'POST /api/v1/installations/:id/grants/restore',
  metrics: 'GET /metrics',
  removeInstallation: 'DELETE /api/v1/installations/:id',
  tools: 'GET /api/v1/tools',
  searchTools: 'GET /api/v1/tools/search',
  duplicateTools: 'GET /api/v1/tools/duplicates',
  restartUpstream: 'POST /api/v1/upstreams/:label/restart',
  drainReplica: 'POST /api/v1/upstreams/:label/replicas/:replica/drain',
  resumeReplica: 'POST /api/v1/upstreams/:label/replicas/:replica/resume',
  catalog: 'GET /api/v1/catalog',
  definitions: 'GET /api/v1/definitions',
  decideDefinitions: 'POST /api/v1/definitions/decision',
  followDefinitions: 'GET /api/v1/definition-events',
  definitionSetting: 'GET /api/v1/installations/:id/definitions',
  changeDefinitionSetting: 'PATCH /api/v1/installations/:id/definitions',
  cache: 'GET /api/v1/cache',
  putCachedTool: 'PUT /api/v1/installations/:id/cached-tools/:tool',
  removeCachedTool: 'DELETE /api/v1/installations/:id/cached-tools/:tool',
  clearCache: 'POST /api/v1/cache/clear',
  virtualServers: 'GET /api/v1/virtual-servers',
  createVirtualServer: 'POST /api/v1/virtual-servers',
  previewVirtualServer: 'POST /api/v1/virtual-servers/preview',
  importVirtualServer: 'POST /api/v1/virtual-servers/import',
  virtualServer: 'GET /api/v1/virtual-servers/:name',
  changeVirtualServer: 'PATCH /api/v1/virtual-servers/:name',
  cloneVirtualServer: 'POST /api/v1/virtual-servers/:name/clone',
  exportVirtualServer: 'GET /api/v1/virtual-servers/:name/export',
  removeVirtualServer: 'DELETE /api/v1/virtual-servers/:name',
  tokens: 'GET /api/v1/tokens',
  createToken: 'POST /api/v1/tokens',
  revokeToken: 'DELETE /api/v1/tokens/:id',
  secrets: 'GET /api/v1/secrets',
  putSecret: 'PUT /api/v1/secrets/:name',
  removeSecret: 'DELETE /api/v1/secrets/:name',
  ownSecrets: 'GET /api/v1/own-secrets',
  putOwnSecret: 'PUT /api/v1/own-secrets/:name',
  removeOwnSecret: 'DELETE /api/v1/own-secrets/:name',
  policyRules: 'GET /api/v1/policies',
  createPolicyRule: 'POST /api/v1/policies',
  removePolicyRule: 'DELETE /api/v1/policies/:id',
  approvals: 'GET /api/v1/approvals',
  approval: 'GET /api/v1/approvals/:id',
  decideApproval: 'POST /api/v1/approvals/:id/decision',
  followApprovals: 'GET /api/v1/approval-events',
  workspaces: 'GET /api/v1/workspaces',
  createWorkspace: 'POST /api/v1/workspaces',
  workspaceRoots: 'GET /api/v1/workspace-roots',
  putWorkspaceRoot: 'PUT /api/v1/workspace-roots/:name',
  removeWorkspaceRoot: 'DELETE /api/v1/workspace-roots/:name',
  users: 'GET /api/v1/users',
  createUser: 'POST /api/v1/users',
  changeUser: 'PATCH /api/v1/users/:id',
  audit: 'GET /api/v1/audit',
  doctor: 'GET /api/v1/doctor',
  trust: 'GET /api/v1/trust',
  changeTrust: 'PATCH /api/v1/trust/publishers/:publisher',
  trustPolicy: 'GET /api/v1/trust/policy',
  changeTrustPolicy: 'PATCH /api/v1/trust/policy',
  offeredSigners: 'GET /api/v1/trust/publishers/:publisher/signers',
  pinPublisher: 'POST /api/v1/trust/publishers/:publisher/pins',
  unpinPublisher: 'DELETE /api/v1/trust/publishers/:publisher/pins',
  decideSigner: 'POST /api/v1/trust/decisions/:id',
  setSigstoreRoot: 'PUT /api/v1/trust/sigstore-root',
  sandboxProfiles: 'GET /api/v1/sandbox-profiles',
  boot: 'GET /api/v1/boot',
} as const satisfies RouteLines

type Output<Schema> = Schema extends { readonly _zod: { readonly output: infer Value } } ? Value : never
type Input<Schema> = Schema extends { readonly _zod: { readonly input: infer Value } } ? Value : never

/** What a route answers with; `undefined` for a 204. */
export type Answer<Name extends ApiRoute> = Routes[Name] extends { readonly response: infer Schema }
  ? Output<Schema>
  : undefined

type PathParameters<Path extends string> = Path extends `${string}:${infer Parameter}/${infer Rest}`
  ? Parameter | PathParameters<`/${Rest}`>
  : Path extends `${string}:${infer Parameter}`
    ? Parameter
    : never

type Parameters<Name extends ApiRoute> =
  PathParameters<Routes[Name]['path']> extends never
    ? { readonly params?: undefined }
    : { readonly params: Readonly<Record<PathParameters<Routes[Name]['path']>, string>> }

type Body<Name extends ApiRoute> = Routes[Name] extends { readonly body: infer Schema }
  ? { readonly body: Input<Schema> }
  : { readonly body?: undefined }

/** What a caller must give to a route: its path parameters and body, and perhaps a query and a signal. */
export type Request<Name extends ApiRoute> = Parameters<Name> &
  Body<Name> & {
    readonly query?: Readonly<Record<string, string | number | undefined>>
    readonly signal?: AbortSignal
  }
