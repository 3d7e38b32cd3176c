import { logRoutes } from './log.ts'
import { identityRoutes } from './identities.ts'
import { publisherRoutes } from './publishers.ts'
import { releaseRoutes } from './releases.ts'
import type { RegistryRoute } from './route.ts'
import { serviceRoutes } from './service.ts'

export type { RegistryRoute } from './route.ts'

/** The registry's API: what the server serves, what clients call, and what `/api/openapi.json` describes. One file an area. */
export const registryRoutes = {
  ...serviceRoutes,
  ...releaseRoutes,
  ...publisherRoutes,
  ...identityRoutes,
  ...logRoutes,
} as const satisfies Record<string, RegistryRoute>
