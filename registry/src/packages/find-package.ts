import { maintainersOf } from '../accounts/claim-name.ts'
import type { RegistryStore } from '../store/open-store.ts'
import {
  type DistTagRow,
  type PackageRow,
  type PackageVersionRow,
  distTags,
  packageVersions,
  packages,
  stars,
} from '../store/rows/package-rows.ts'
import { releases } from '../store/rows/release-rows.ts'
import { packageError } from './errors.ts'
import { pluginIdOf, scopeOf } from './names.ts'

/** Everything the packument of a package is made of. */
export interface PackageDocument {
  readonly row: PackageRow
  /** Unpublished ones too: their times stay. */
  readonly versions: readonly PackageVersionRow[]
  readonly tags: readonly DistTagRow[]
  readonly maintainers: readonly { readonly name: string; readonly email: string }[]
  /** Names of the accounts that starred it. */
  readonly stars: readonly string[]
  /** Versions that were yanked or revoked: nobody resolves to them any more. */
  readonly withdrawn: ReadonlySet<string>
}

export async function findPackage(store: RegistryStore, name: string): Promise<PackageRow | null> {
  return store.database.getRepository(packages).findOneBy({ name })
}

/** A package and everything about it, or `undefined` when there is none. */
export async function loadPackage(store: RegistryStore, name: string): Promise<PackageDocument | undefined> {
  const row = await findPackage(store, name)
  if (row === null) return undefined
  const [versions, tags, starred, maintainers, withdrawn] = await Promise.all([
    store.database.getRepository(packageVersions).find({ where: { packageName: name }, order: { publishedAt: 'asc' } }),
    store.database.getRepository(distTags).find({ where: { packageName: name }, order: { tag: 'asc' } }),
    store.database.getRepository(stars).findBy({ packageName: name }),
    maintainersOf(store, name),
    findWithdrawn(store, name),
  ])
  return { row, versions, tags, maintainers, stars: starred.map(({ accountName }) => accountName), withdrawn }
}

async function findWithdrawn(store: RegistryStore, name: string): Promise<ReadonlySet<string>> {
  if (scopeOf(name) === null) return new Set()
  const rows = await store.database.getRepository(releases).find({
    where: { pluginId: pluginIdOf(name) },
    select: { pluginId: true, version: true, yankedAt: true, revokedAt: true },
  })
  return new Set(rows.filter((row) => row.yankedAt !== null || row.revokedAt !== null).map(({ version }) => version))
}

/** A version that is there: neither unpublished nor unknown. */
export async function requireVersion(store: RegistryStore, name: string, version: string): Promise<PackageVersionRow> {
  const row = await store.database.getRepository(packageVersions).findOneBy({ packageName: name, version })
  if (row === null || row.unpublishedAt !== null) throw versionNotFound(name, version)
  return row
}

export function versionNotFound(name: string, version: string) {
  return packageError('VERSION_NOT_FOUND', `Expected a version ${version} of ${name}, found none.`)
}

export function packageNotFound(name: string) {
  return packageError('PACKAGE_NOT_FOUND', `Expected a package ${name}, found none.`)
}
