import { appendToLog } from '../log/append-to-log.ts'
import { changePackage } from '../packages/change-package.ts'
import { packageNameOf } from '../packages/names.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type ReleaseRow, releases } from '../store/rows/release-rows.ts'
import { releaseNotFound } from './find-releases.ts'

interface ReleaseName {
  readonly pluginId: string
  readonly version: string
}

/** Withdraws a release from resolving. Its bytes stay for those who pinned it. */
export async function yankRelease(store: RegistryStore, release: ReleaseName, reason = ''): Promise<void> {
  await change(store, release, 'release.yanked', reason, (row) =>
    row.yankedAt === null
      ? { yankedAt: new Date().toISOString(), yankReason: reason === '' ? null : reason }
      : undefined,
  )
}

/** Lets a yanked release be resolved again. */
export async function unyankRelease(store: RegistryStore, release: ReleaseName): Promise<void> {
  await change(store, release, 'release.unyanked', '', (row) => {
    if (row.revokedAt !== null) {
      throw registryError('RELEASE_WITHDRAWN', 'Expected a release that was only yanked, found one that was revoked.')
    }
    return row.yankedAt === null ? undefined : { yankedAt: null, yankReason: null }
  })
}

/** Stops a release everywhere, for good: hosts that run it stop it as soon as they hear of it. */
export async function revokeRelease(store: RegistryStore, release: ReleaseName, reason: string): Promise<void> {
  await change(store, release, 'release.revoked', reason, (row) =>
    row.revokedAt === null ? { revokedAt: new Date().toISOString(), revokeReason: reason } : undefined,
  )
}

/** What changes is in the log with the change; what is so already is not logged again. */
async function change(
  store: RegistryStore,
  { pluginId, version }: ReleaseName,
  kind: 'release.yanked' | 'release.unyanked' | 'release.revoked',
  reason: string,
  decide: (row: ReleaseRow) => Partial<Pick<ReleaseRow, WithdrawalColumn>> | undefined,
): Promise<void> {
  if (!(await store.database.getRepository(releases).existsBy({ pluginId, version }))) {
    throw releaseNotFound(pluginId, version)
  }
  await changePackage(store, packageNameOf(pluginId), async (manager) => {
    const changed = decide(await manager.findOneByOrFail(releases, { pluginId, version }))
    if (changed === undefined) return
    await manager.update(releases, { pluginId, version }, changed)
    await appendToLog(manager, { kind, id: pluginId, version, reason })
  })
}

type WithdrawalColumn = 'yankedAt' | 'yankReason' | 'revokedAt' | 'revokeReason'
