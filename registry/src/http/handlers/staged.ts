import type { Actor } from '../../accounts/actor.ts'
import type { stagedRoutes } from '../../contract/routes/staged.ts'
import type { StagedVersion } from '../../contract/plugins.ts'
import { registryError } from '../../errors.ts'
import { approve, reject, visibleStaged } from '../../releases/decide-staged.ts'
import { asBundleDigest } from '../../store/digests.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { StagedVersionRow } from '../../store/rows/package-rows.ts'
import type { HandlersOf } from '../handler-types.ts'

export function stagedHandlers(store: RegistryStore): HandlersOf<typeof stagedRoutes> {
  return {
    async staged({ actor }) {
      return { items: (await visibleStaged(store, someone(actor))).map(toStagedVersion) }
    },
    async approveStaged({ actor, params }) {
      await approve(store, someone(actor), params.id)
    },
    async rejectStaged({ actor, params }) {
      await reject(store, someone(actor), params.id)
    },
  }
}

function someone(actor: Actor | undefined): Actor {
  if (actor !== undefined) return actor
  throw registryError('UNAUTHENTICATED', 'Expected somebody with a token, found nobody.')
}

function toStagedVersion(row: StagedVersionRow): StagedVersion {
  const { id, packageName, version, tag, bundleDigest, size, held, reason, stagedAt, stagedBy } = row
  return {
    id,
    packageName,
    version,
    channel: tag,
    bundleDigest: asBundleDigest(bundleDigest),
    size,
    held,
    reason,
    stagedAt,
    stagedBy,
  }
}
