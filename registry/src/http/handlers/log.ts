import type { logRoutes } from '../../contract/routes/log.ts'
import { logError } from '../../log/errors.ts'
import { findPublished, readConsistency, readEntries, readHead, readLogged } from '../../log/read-log.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function logHandlers(store: RegistryStore): HandlersOf<typeof logRoutes> {
  return {
    logCheckpoint: () => readHead(store),
    logEntries: ({ query }) => readEntries(store, query.start, query.limit),
    async logInclusion({ query: { index, id, version, size } }) {
      if (index !== undefined && id === undefined && version === undefined) return readLogged(store, index, size)
      if (index !== undefined || id === undefined || version === undefined) {
        throw logError('LOG_RANGE', 'Expected either `index`, or `id` and `version`, found another combination.')
      }
      const published = await findPublished(store, { id, version }, size)
      if (published !== undefined) return published
      throw logError('LOG_ENTRY_NOT_FOUND', `Expected ${id}@${version} in the log, found no such release.`)
    },
    logConsistency: ({ query }) => readConsistency(store, query.from, query.to),
    logFeed: async ({ query }) => ({
      type: 'text/event-stream',
      cacheControl: 'no-store',
      body: await store.feed.subscribe(query.after),
    }),
  }
}
