import { requireManage } from '../../accounts/permissions.ts'
import type { identityRoutes } from '../../contract/routes/identities.ts'
import { getPublisher } from '../../publishers/get-publisher.ts'
import { addIdentity, revokeIdentity } from '../../publishers/identities.ts'
import { identityFingerprint } from '../../signing/signers.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function identityHandlers(store: RegistryStore): HandlersOf<typeof identityRoutes> {
  return {
    async addIdentity({ params, body, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await getPublisher(store, params.publisher)
      const identity = await addIdentity(store, params.publisher, body)
      return { ...identity, fingerprint: identityFingerprint(identity) }
    },
    async revokeIdentity({ params, actor }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await revokeIdentity(store, params.publisher, params.fingerprint)
    },
    rotateRegistryKey: ({ body }) => store.keys.rotate(body.use),
  }
}
