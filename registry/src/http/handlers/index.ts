import type { RegistryStore } from '../../store/open-store.ts'
import type { Handlers } from '../handler-types.ts'
import { identityHandlers } from './identities.ts'
import { logHandlers } from './log.ts'
import { publisherHandlers } from './publishers.ts'
import { releaseHandlers } from './releases.ts'
import { serviceHandlers } from './service.ts'

/** What each route does, in one line each: the work is in the other rooms. */
export function createHandlers(store: RegistryStore): Handlers {
  return { ...serviceHandlers(store), ...releaseHandlers(store), ...publisherHandlers(store), ...identityHandlers(store), ...logHandlers(store) }
}
