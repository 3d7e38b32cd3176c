import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type PackageVersionRow, packageVersions } from '../store/rows/package-rows.ts'
import { releases } from '../store/rows/release-rows.ts'
import { changePackage } from './change-package.ts'
import { versionNotFound } from './find-package.ts'
import { pluginIdOf, scopeOf } from './names.ts'

/**
 * Warns people of versions, or takes warnings back: `undefined` and the empty text mean none. All in one transaction.
 *
 * @param revision - the revision that the caller has read, for clients that send whole packuments back.
 */
export async function deprecateVersions(
  store: RegistryStore,
  packageName: string,
  messages: ReadonlyMap<string, string | undefined>,
  revision?: string,
): Promise<void> {
  await changePackage(
    store,
    packageName,
    async (manager) => {
      for (const [version, text] of messages) {
        const row = await manager.findOneBy(packageVersions, { packageName, version })
        if (row === null || row.unpublishedAt !== null) throw versionNotFound(packageName, version)
        const deprecated = text === undefined || text === '' ? null : text.slice(0, 1000)
        if (deprecated === row.deprecated) continue
        await manager.update(packageVersions, { packageName, version }, { deprecated })
        const id = pluginIdOf(packageName)
        if (scopeOf(packageName) !== null && (await manager.existsBy(releases, { pluginId: id, version }))) {
          await appendToLog(manager, { kind: 'release.deprecated', id, version, reason: deprecated ?? '' })
        }
      }
    },
    revision,
  )
}

/** The warnings that a packument sent back would change. */
export function changedWarnings(
  rows: readonly PackageVersionRow[],
  sent: Readonly<Record<string, { readonly deprecated?: string | undefined }>>,
): ReadonlyMap<string, string | undefined> {
  return new Map(
    rows.flatMap(({ version, deprecated, unpublishedAt }) => {
      const other = sent[version]
      if (other === undefined || unpublishedAt !== null || (other.deprecated ?? '') === (deprecated ?? '')) return []
      return [[version, other.deprecated] as const]
    }),
  )
}
