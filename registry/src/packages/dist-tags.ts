import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { Transaction } from '../store/query.ts'
import { distTags, packageVersions } from '../store/rows/package-rows.ts'
import { releases } from '../store/rows/release-rows.ts'
import { changePackage } from './change-package.ts'
import { packageError } from './errors.ts'
import { versionNotFound } from './find-package.ts'
import { pluginIdOf, readTag, scopeOf } from './names.ts'

/** A package's dist-tags, which are its channels. */
export async function listTags(store: RegistryStore, packageName: string): Promise<Readonly<Record<string, string>>> {
  const rows = await store.database.getRepository(distTags).find({ where: { packageName }, order: { tag: 'asc' } })
  return Object.fromEntries(rows.map(({ tag, version }) => [tag, version]))
}

/** Makes a dist-tag mean a version; makes the tag when it is new. */
export async function moveTag(store: RegistryStore, packageName: string, tag: string, version: string): Promise<void> {
  readTag(tag)
  await changePackage(store, packageName, async (manager) => {
    const row = await manager.findOneBy(packageVersions, { packageName, version })
    if (row === null || row.unpublishedAt !== null) throw versionNotFound(packageName, version)
    await manager.upsert(distTags, { packageName, tag, version, movedAt: new Date().toISOString() }, [
      'packageName',
      'tag',
    ])
    await logChannel(manager, packageName, tag, version)
  })
}

/** Removes a dist-tag. `latest` stays: it is what people mean when they name no version. */
export async function removeTag(store: RegistryStore, packageName: string, tag: string): Promise<void> {
  if (tag === 'latest') {
    throw packageError('TAG_INVALID', 'Expected a dist-tag that may go, found `latest`. Move it to another version.')
  }
  await changePackage(store, packageName, async (manager) => {
    const { affected } = await manager.delete(distTags, { packageName, tag })
    if (affected === 0) throw packageError('TAG_NOT_FOUND', `Expected a dist-tag ${tag} of ${packageName}, found none.`)
    await logChannel(manager, packageName, tag, null)
  })
}

/** Hosts follow the channels of plugins, so that every move of one is in the log. Other packages are not theirs. */
async function logChannel(
  manager: Transaction,
  packageName: string,
  channel: string,
  version: string | null,
): Promise<void> {
  if (scopeOf(packageName) === null) return
  const id = pluginIdOf(packageName)
  const isRelease =
    version === null
      ? await manager.existsBy(releases, { pluginId: id })
      : await manager.existsBy(releases, { pluginId: id, version })
  if (isRelease) await appendToLog(manager, { kind: 'channel.moved', id, channel, version })
}
