import { requireManage } from '../../accounts/permissions.ts'
import { listTokens, revokeToken, toAccessToken } from '../../accounts/tokens.ts'
import type { publisherRoutes } from '../../contract/routes/publishers.ts'
import { requestPublisher } from '../../publishers/create-publisher.ts'
import { getPublisher } from '../../publishers/get-publisher.ts'
import { addKey, revokeKey, rotateKey } from '../../publishers/keys.ts'
import { createPublisherToken } from '../../publishers/tokens.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function publisherHandlers(store: RegistryStore): HandlersOf<typeof publisherRoutes> {
  return {
    publisher: ({ params }) => getPublisher(store, params.publisher),
    createPublisher: ({ body, actor }) => requestPublisher(store, body, actor),
    async addKey({ params, body, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await getPublisher(store, params.publisher)
      return addKey(store, params.publisher, body)
    },
    async rotateKey({ params, body, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      return rotateKey(store, params.publisher, { ...body, replaces: params.keyId })
    },
    async revokeKey({ params, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await revokeKey(store, params.publisher, params.keyId)
    },
    async publisherTokens({ params, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      return { items: (await listTokens(store, { publisherId: params.publisher })).map(toAccessToken) }
    },
    async createToken({ params, body, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await getPublisher(store, params.publisher)
      return createPublisherToken(store, params.publisher, body, actor)
    },
    async revokeToken({ params, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await revokeToken(store, { publisherId: params.publisher }, params.tokenId)
    },
  }
}
