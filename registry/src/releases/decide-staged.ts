import type { Actor } from '../accounts/actor.ts'
import { mayPublish, requirePublish } from '../accounts/permissions.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { StagedVersionRow } from '../store/rows/package-rows.ts'
import { approveStaged, getStaged, listStaged, rejectStaged } from './staged-versions.ts'

/** Staged versions that the actor may see: all for the registry's admin, else those of packages it publishes. */
export async function visibleStaged(
  store: RegistryStore,
  actor: Actor,
  packageName?: string,
): Promise<readonly StagedVersionRow[]> {
  const rows = await listStaged(store, packageName)
  if (actor.kind === 'admin') return rows
  const allowed = new Map<string, boolean>()
  for (const { packageName: name } of rows) {
    if (!allowed.has(name)) allowed.set(name, await mayPublish(store, actor, name))
  }
  return rows.filter((row) => allowed.get(row.packageName) === true)
}

/** A staged version that the actor may see; for anybody else it is not there. */
export async function visibleStagedVersion(store: RegistryStore, actor: Actor, id: string): Promise<StagedVersionRow> {
  const row = await getStaged(store, id)
  if (actor.kind !== 'admin') await requirePublish(store, actor, row.packageName)
  return row
}

/** Publishes a staged version. What a check has held, only the registry's admin may. */
export async function approve(store: RegistryStore, actor: Actor, id: string): Promise<StagedVersionRow> {
  const row = await visibleStagedVersion(store, actor, id)
  if (row.held && actor.kind !== 'admin') {
    throw registryError('FORBIDDEN', 'Expected a moderator to approve what a check has held, found its author.')
  }
  await approveStaged(store, row)
  return row
}

/** Throws a staged version away: the registry's admin, or whoever may publish the package. */
export async function reject(store: RegistryStore, actor: Actor, id: string): Promise<StagedVersionRow> {
  const row = await visibleStagedVersion(store, actor, id)
  await rejectStaged(store, row)
  return row
}
