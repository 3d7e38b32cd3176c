import { changePackage } from '../packages/change-package.ts'
import { packageNameOf } from '../packages/names.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { releases } from '../store/rows/release-rows.ts'
import { rollouts } from '../store/rows/rollout-rows.ts'
import { releaseNotFound } from './find-releases.ts'

/** Says which share of hosts takes a release by itself, percent. A person takes it whenever they like. */
export async function setRollout(
  store: RegistryStore,
  { pluginId, version }: { readonly pluginId: string; readonly version: string },
  percent: number,
): Promise<void> {
  if (!(await store.database.getRepository(releases).existsBy({ pluginId, version }))) {
    throw releaseNotFound(pluginId, version)
  }
  await changePackage(store, packageNameOf(pluginId), async (manager) => {
    await manager.delete(rollouts, { pluginId, version })
    if (percent === 100) return
    await manager.insert(rollouts, { pluginId, version, percent, changedAt: new Date().toISOString() })
  })
}

/** Shares of the releases of a plugin that are not for everybody yet, by version. */
export async function rolloutsOf(
  { database }: Pick<RegistryStore, 'database'>,
  pluginId: string,
): Promise<ReadonlyMap<string, { readonly percent: number }>> {
  const rows = await database.getRepository(rollouts).findBy({ pluginId })
  return new Map(rows.map(({ version, percent }) => [version, { percent }]))
}
