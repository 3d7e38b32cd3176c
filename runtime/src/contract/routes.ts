import { approvalsRoutes } from './routes/approvals.ts'
import { auditRoutes } from './routes/audit.ts'
import { backgroundRoutes } from './routes/background.ts'
import { cacheRoutes } from './routes/cache.ts'
import { definitionsRoutes } from './routes/definitions.ts'
import { gatewayRoutes } from './routes/gateway.ts'
import { hostRoutes } from './routes/host.ts'
import { importRoutes } from './routes/imports.ts'
import { installationsRoutes } from './routes/installations.ts'
import { marketplaceRoutes } from './routes/marketplace.ts'
import { oversightRoutes } from './routes/oversight.ts'
import { overviewRoutes } from './routes/overview.ts'
import { peopleRoutes } from './routes/people.ts'
import { policiesRoutes } from './routes/policies.ts'
import { secretsRoutes } from './routes/secrets.ts'
import { sessionRoutes } from './routes/session.ts'
import { tokensRoutes } from './routes/tokens.ts'
import { updatesRoutes } from './routes/updates.ts'
import { trustRoutes } from './routes/trust.ts'
import { upstreamsRoutes } from './routes/upstreams.ts'
import { usersRoutes } from './routes/users.ts'
import { workspacesRoutes } from './routes/workspaces.ts'

export type { RouteDefinition } from './routes/route-table.ts'

/** The admin API. Served by `http/`, described at `/api/openapi.json`, called by the UI and the command line. */
export const apiRoutes = {
  ...sessionRoutes,
  ...overviewRoutes,
  ...marketplaceRoutes,
  ...peopleRoutes,
  ...importRoutes,
  ...installationsRoutes,
  ...updatesRoutes,
  ...backgroundRoutes,
  ...oversightRoutes,
  ...gatewayRoutes,
  ...upstreamsRoutes,
  ...definitionsRoutes,
  ...cacheRoutes,
  ...tokensRoutes,
  ...secretsRoutes,
  ...policiesRoutes,
  ...approvalsRoutes,
  ...workspacesRoutes,
  ...usersRoutes,
  ...auditRoutes,
  ...hostRoutes,
  ...trustRoutes,
}

/** Name of a route of the admin API. */
export type ApiRoute = keyof typeof apiRoutes
