import { maxSatisfying, rcompare } from 'semver'
import { removeUnlessKept } from '../releases/keep-blob.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type Transaction, isNull } from '../store/query.ts'
import { type PackageVersionRow, distTags, packageVersions } from '../store/rows/package-rows.ts'
import { releases } from '../store/rows/release-rows.ts'
import { changePackage } from './change-package.ts'
import { packageError } from './errors.ts'
import { versionNotFound } from './find-package.ts'
import { UNPUBLISH_WINDOW_MS } from './limits.ts'
import { pluginIdOf, scopeOf } from './names.ts'

/** Takes versions back: their bytes go, their numbers are taken for ever. Refuses what others may already rely on. */
export async function unpublishVersions(
  store: RegistryStore,
  packageName: string,
  versions: readonly string[] | 'all',
  revision?: string,
): Promise<void> {
  const gone = await changePackage(
    store,
    packageName,
    async (manager) => {
      const rows = await manager.findBy(packageVersions, { packageName, unpublishedAt: isNull() })
      const chosen = versions === 'all' ? rows : versions.map((version) => pick(rows, packageName, version))
      for (const row of chosen) await checkRemovable(manager, row)
      for (const row of chosen) await bury(manager, row)
      await repairTags(
        manager,
        packageName,
        rows.filter((row) => !chosen.includes(row)).map(({ version }) => version),
      )
      return chosen
    },
    revision,
  )
  for (const { bundleDigest } of gone) await removeUnlessKept(store, asBundleDigest(bundleDigest))
}

function pick(rows: readonly PackageVersionRow[], packageName: string, version: string): PackageVersionRow {
  const row = rows.find((candidate) => candidate.version === version)
  if (row === undefined) throw versionNotFound(packageName, version)
  return row
}

async function checkRemovable(manager: Transaction, { packageName, version, publishedAt }: PackageVersionRow) {
  const refused = (why: string) =>
    packageError('UNPUBLISH_REFUSED', `Expected a version that may be taken back, found ${version}, ${why}`)
  if (
    scopeOf(packageName) !== null &&
    (await manager.existsBy(releases, { pluginId: pluginIdOf(packageName), version }))
  ) {
    throw refused('a signed release that is in the log for ever. Yank it, or revoke it when it does harm.')
  }
  if (Date.parse(publishedAt) + UNPUBLISH_WINDOW_MS < Date.now()) {
    throw refused('published more than 72 hours ago. Deprecate it.')
  }
}

/** Leaves the row as a tombstone: number and times stay, everything else goes. */
async function bury(manager: Transaction, { packageName, version }: PackageVersionRow): Promise<void> {
  await manager.update(
    packageVersions,
    { packageName, version },
    { unpublishedAt: new Date().toISOString(), manifest: '{}', readme: '', attestations: null, deprecated: null },
  )
}

/** Dist-tags of versions that are gone go with them; `latest` falls back to the newest that is left. */
async function repairTags(manager: Transaction, packageName: string, left: readonly string[]): Promise<void> {
  const newest = maxSatisfying(left, '*') ?? left.toSorted(rcompare)[0]
  for (const { tag, version } of await manager.findBy(distTags, { packageName })) {
    if (left.includes(version)) continue
    if (tag !== 'latest' || newest === undefined) await manager.delete(distTags, { packageName, tag })
    else await manager.update(distTags, { packageName, tag }, { version: newest, movedAt: new Date().toISOString() })
  }
}
