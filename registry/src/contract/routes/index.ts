import { accountRoutes } from './accounts.ts'
import { advisoryRoutes } from './advisories.ts'
import { logRoutes } from './log.ts'
import { mcpServerRoutes } from './mcp-servers.ts'
import { reviewRoutes } from './reviews.ts'
import { rolloutRoutes } from './rollouts.ts'
import { statisticsRoutes } from './statistics.ts'
import { tufRoutes } from './tuf.ts'
import { webhookRoutes } from './webhooks.ts'
import { identityRoutes } from './identities.ts'
import { namespaceRoutes } from './namespaces.ts'
import { publisherRoutes } from './publishers.ts'
import { releaseRoutes } from './releases.ts'
import type { RegistryRoute } from './route.ts'
import { serviceRoutes } from './service.ts'
import { stagedRoutes } from './staged.ts'

export type { RegistryRoute } from './route.ts'

/** The registry's API: what the server serves, what clients call, and what `/api/openapi.json` describes. One file an area. */
export const registryRoutes = {
  ...serviceRoutes,
  ...releaseRoutes,
  ...stagedRoutes,
  ...rolloutRoutes,
  ...accountRoutes,
  ...publisherRoutes,
  ...namespaceRoutes,
  ...identityRoutes,
  ...logRoutes,
  ...tufRoutes,
  ...advisoryRoutes,
  ...reviewRoutes,
  ...statisticsRoutes,
  ...webhookRoutes,
  ...mcpServerRoutes,
} as const satisfies Record<string, RegistryRoute>
