import { requirePublish } from '../../accounts/permissions.ts'
import type { rolloutRoutes } from '../../contract/routes/rollouts.ts'
import { packageNameOf } from '../../packages/names.ts'
import { setRollout } from '../../releases/roll-out.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function rolloutHandlers(store: RegistryStore): HandlersOf<typeof rolloutRoutes> {
  return {
    async setRollout({ actor, params: { publisher, name, version }, body }) {
      const pluginId = `${publisher}/${name}`
      await requirePublish(store, actor, packageNameOf(pluginId))
      await setRollout(store, { pluginId, version }, body.percent)
    },
  }
}
