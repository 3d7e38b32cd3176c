import type { BundleDigest } from '../bundle/digest.ts'
import { isUniqueViolation } from '../database/index.ts'
import { registryError } from '../errors.ts'
import { publisherOf } from '../signing/subject.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { Insertable, Transaction } from '../store/query.ts'
import { type PluginRow, type ReleaseRow, plugins, releases } from '../store/rows/release-rows.ts'
import { latestVersion } from './latest-version.ts'
import { inEnglish } from './present.ts'

/**
 * Makes a release visible: row and file appear together or not at all, and of two that want the same version exactly
 * one wins. The file moves inside the transaction, after the row: only the winner of the unique key ever moves one. What
 * a crash leaves between the two is swept at the next start.
 */
export async function admitRelease(store: RegistryStore, row: ReleaseRow, file: string): Promise<void> {
  const digest: BundleDigest = `sha512:${row.bundleDigest.slice('sha512:'.length)}`
  let moved = false
  try {
    await store.database.transaction(async (manager) => {
      await lockPlugin(manager, row, store.dialect)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- typeorm's type loses the union in JSON columns
      await manager.insert(releases, row as Insertable<ReleaseRow>)
      await updateLatest(manager, row)
      moved = true
      await store.blobs.put(digest, file)
    })
  } catch (error) {
    if (moved) await removeUnlessKept(store, digest)
    if (isUniqueViolation(error)) throw releaseExists(row.pluginId, row.version)
    throw error
  }
}

export function releaseExists(pluginId: string, version: string) {
  return registryError(
    'RELEASE_EXISTS',
    `Expected a new version of ${pluginId}, found that ${version} exists. Releases never change: publish another version.`,
    {
      details: { id: pluginId, version },
    },
  )
}

/** Versions of one plugin are admitted one after the other, so that the newest is known. */
async function lockPlugin(manager: Transaction, row: ReleaseRow, dialect: RegistryStore['dialect']): Promise<void> {
  await manager.createQueryBuilder().insert().into(plugins).values(describePlugin(row)).orIgnore().execute()
  // SQLite has one writer at a time and knows no row locks.
  if (dialect === 'postgres') {
    await manager.findOneOrFail(plugins, { where: { id: row.pluginId }, lock: { mode: 'pessimistic_write' } })
  }
}

async function updateLatest(manager: Transaction, row: ReleaseRow): Promise<void> {
  const rows = await manager.find(releases, {
    where: { pluginId: row.pluginId },
    select: { pluginId: true, version: true },
  })
  if (latestVersion(rows.map(({ version }) => version)) !== row.version) return
  const { downloads: _, ...change } = describePlugin(row)
  await manager.update(plugins, { id: row.pluginId }, change)
}

function describePlugin(row: ReleaseRow): PluginRow {
  const { id, kind, displayName, description, keywords } = row.manifest
  const words = [id, ...Object.values(typeof displayName === 'string' ? { displayName } : displayName)]
  const described = Object.values(typeof description === 'string' ? { description } : description)
  return {
    id,
    publisherId: publisherOf(id),
    latestVersion: row.version,
    kind,
    displayName: inEnglish(displayName),
    searchText: [...words, ...described, ...keywords].join(' ').toLowerCase(),
    updatedAt: row.publishedAt,
    downloads: 0,
  }
}

async function removeUnlessKept(store: RegistryStore, digest: BundleDigest): Promise<void> {
  const kept = await store.database.getRepository(releases).existsBy({ bundleDigest: digest })
  if (!kept) await store.blobs.remove(digest)
}
