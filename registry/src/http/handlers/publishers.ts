import { revokeToken } from '../../accounts/tokens.ts'
import type { publisherRoutes } from '../../contract/routes/publishers.ts'
import { createPublisher } from '../../publishers/create-publisher.ts'
import { getPublisher } from '../../publishers/get-publisher.ts'
import { addKey, revokeKey } from '../../publishers/keys.ts'
import { createPublisherToken } from '../../publishers/tokens.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function publisherHandlers(store: RegistryStore): HandlersOf<typeof publisherRoutes> {
  return {
    publisher: ({ params }) => getPublisher(store, params.publisher),
    createPublisher: ({ body }) => createPublisher(store, body),
    async addKey({ params, body }) {
      await getPublisher(store, params.publisher)
      return addKey(store, params.publisher, body)
    },
    revokeKey: ({ params }) => revokeKey(store, params.publisher, params.keyId),
    async createToken({ params, body }) {
      await getPublisher(store, params.publisher)
      return createPublisherToken(store, params.publisher, body)
    },
    revokeToken: ({ params }) => revokeToken(store, { publisherId: params.publisher }, params.tokenId),
  }
}
