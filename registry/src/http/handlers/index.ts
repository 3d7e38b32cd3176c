import type { RegistryStore } from '../../store/open-store.ts'
import type { Handlers } from '../handler-types.ts'
import { accountHandlers } from './accounts.ts'
import { advisoryHandlers } from './advisories.ts'
import { identityHandlers } from './identities.ts'
import { logHandlers } from './log.ts'
import { mcpServerHandlers } from './mcp-servers.ts'
import { namespaceHandlers } from './namespaces.ts'
import { publisherHandlers } from './publishers.ts'
import { releaseHandlers } from './releases.ts'
import { reviewHandlers } from './reviews.ts'
import { rolloutHandlers } from './rollouts.ts'
import { serviceHandlers } from './service.ts'
import { stagedHandlers } from './staged.ts'
import { statisticsHandlers } from './statistics.ts'
import { tufHandlers } from './tuf.ts'
import { webhookHandlers } from './webhooks.ts'

export interface HandlerSettings {
  /** Hosts inside the own network that webhooks may reach. */
  readonly privateTargets?: readonly string[] | undefined
}

/** What each route does, in one line each: the work is in the other rooms. */
export function createHandlers(store: RegistryStore, { privateTargets = [] }: HandlerSettings = {}): Handlers {
  return {
    ...serviceHandlers(store),
    ...releaseHandlers(store),
    ...stagedHandlers(store),
    ...rolloutHandlers(store),
    ...accountHandlers(store),
    ...publisherHandlers(store),
    ...namespaceHandlers(store),
    ...identityHandlers(store),
    ...logHandlers(store),
    ...tufHandlers(store),
    ...advisoryHandlers(store),
    ...reviewHandlers(store),
    ...statisticsHandlers(store),
    ...webhookHandlers(store, privateTargets),
    ...mcpServerHandlers(store),
  }
}
