import { maintainersOf } from '../accounts/claim-name.ts'
import { registryError } from '../errors.ts'
import { removePackageMember, setPackageMember } from '../publishers/package-members.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { changePackage } from './change-package.ts'

/** Makes exactly these accounts the maintainers of a package. Members of its publisher can only be removed there. */
export async function changeMaintainers(
  store: RegistryStore,
  packageName: string,
  names: readonly string[],
  revision?: string,
): Promise<void> {
  if (names.length === 0) {
    throw registryError('REQUEST_INVALID', 'Expected at least one maintainer to be left, found none.')
  }
  // Counted first: of two that change the same list, the second one has to read it again.
  await changePackage(store, packageName, async () => undefined, revision)
  const present = (await maintainersOf(store, packageName)).map(({ name }) => name)
  for (const name of names.filter((candidate) => !present.includes(candidate))) {
    await setPackageMember(store, packageName, name, 'owner')
  }
  for (const name of present.filter((candidate) => !names.includes(candidate))) {
    await removePackageMember(store, packageName, name)
  }
  store.changes.announce(packageName)
}
