import type { serviceRoutes } from '../../contract/routes/service.ts'
import { registryError } from '../../errors.ts'
import { getTrustRoot } from '../../publishers/get-publisher.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import { VERSION } from '../../version.ts'
import type { HandlersOf } from '../handler-types.ts'

export function serviceHandlers(store: RegistryStore): HandlersOf<typeof serviceRoutes> {
  return {
    async health() {
      await checkReady(store)
      return { status: 'ok', version: VERSION }
    },
    trustRoot: () => getTrustRoot(store),
  }
}

async function checkReady(store: RegistryStore): Promise<void> {
  try {
    await store.database.query('SELECT 1')
  } catch (cause) {
    throw registryError('UNAVAILABLE', 'Expected the database to answer, found that it does not. Try again later.', {
      cause,
    })
  }
}
