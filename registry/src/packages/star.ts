import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { stars } from '../store/rows/package-rows.ts'
import { findPackage, packageNotFound } from './find-package.ts'

/** Marks a package as a favourite of an account, or takes the mark away. */
export async function starPackage(
  store: RegistryStore,
  packageName: string,
  accountName: string,
  starred: boolean,
): Promise<void> {
  if ((await findPackage(store, packageName)) === null) throw packageNotFound(packageName)
  const rows = store.database.getRepository(stars)
  if (starred) await rows.upsert({ packageName, accountName }, ['packageName', 'accountName'])
  else await rows.delete({ packageName, accountName })
  store.changes.announce(packageName)
}

/** Names of the packages that an account starred. */
export async function starredBy(store: RegistryStore, accountName: string): Promise<readonly string[]> {
  if (accountName === '') throw registryError('REQUEST_MALFORMED', 'Expected the name of an account, found none.')
  const rows = await store.database.getRepository(stars).find({ where: { accountName }, order: { packageName: 'asc' } })
  return rows.map(({ packageName }) => packageName)
}
