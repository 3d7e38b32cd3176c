import type { ServedRoute } from '../exchange.ts'
import type { JobTable } from '../jobs.ts'
import type { HttpPorts } from '../ports.ts'
import { approvalRoutes } from './approvals.ts'
import { auditRoutes } from './audit.ts'
import { backgroundRoutes } from './background.ts'
import { cacheRoutes } from './cache.ts'
import { definitionRoutes } from './definitions.ts'
import { gatewayRoutes } from './gateway.ts'
import { healthRoutes } from './health.ts'
import { hostRoutes } from './host.ts'
import { installationLogRoutes } from './installation-log.ts'
import { importRoutes } from './imports.ts'
import { installationRoutes } from './installations.ts'
import { marketplaceRoutes } from './marketplace.ts'
import { metricRoutes } from './metrics.ts'
import { oversightRoutes } from './oversight.ts'
import { overviewRoutes } from './overview.ts'
import { peopleRoutes } from './people.ts'
import { policyRoutes } from './policies.ts'
import { secretRoutes } from './secrets.ts'
import { sessionRoutes } from './session.ts'
import { tokenRoutes } from './tokens.ts'
import { updateRoutes } from './updates.ts'
import { trustRoutes } from './trust.ts'
import { upstreamRoutes } from './upstreams.ts'
import { userRoutes } from './users.ts'
import { workspaceRootRoutes } from './workspace-roots.ts'
import { workspaceRoutes } from './workspaces.ts'

export function createRoutes(ports: HttpPorts, jobs: JobTable): readonly ServedRoute[] {
  return [
    ...healthRoutes(ports),
    ...sessionRoutes(ports),
    ...overviewRoutes(ports),
    ...marketplaceRoutes(ports),
    ...peopleRoutes(ports),
    ...importRoutes(ports),
    ...installationRoutes(ports, jobs),
    ...updateRoutes(ports, jobs),
    ...installationLogRoutes(ports),
    ...backgroundRoutes(ports),
    ...oversightRoutes(ports),
    ...metricRoutes(ports),
    ...gatewayRoutes(ports),
    ...upstreamRoutes(ports),
    ...definitionRoutes(ports),
    ...cacheRoutes(ports),
    ...tokenRoutes(ports),
    ...secretRoutes(ports),
    ...policyRoutes(ports),
    ...approvalRoutes(ports),
    ...userRoutes(ports),
    ...workspaceRoutes(ports),
    ...workspaceRootRoutes(ports),
    ...auditRoutes(ports),
    ...hostRoutes(ports),
    ...trustRoutes(ports),
  ]
}
