import type { RegistryStore } from '../store/open-store.ts'
import type { Transaction } from '../store/query.ts'
import { type PackageRow, packages } from '../store/rows/package-rows.ts'
import { packageError } from './errors.ts'
import { packageNotFound } from './find-package.ts'
import { revisionOf } from './packument.ts'

/**
 * Changes something about a package in one transaction, counts the change, and tells whoever keeps the packument. Changes
 * of one package come one after the other.
 *
 * @param revision - what the caller believes the package's revision to be; it must be true.
 */
export async function changePackage<Result>(
  store: RegistryStore,
  name: string,
  work: (manager: Transaction, row: PackageRow) => Promise<Result>,
  revision?: string,
): Promise<Result> {
  const result = await store.database.transaction(async (manager) => {
    const row = await manager.findOne(packages, {
      where: { name },
      // SQLite has one writer at a time and knows no row locks.
      ...(store.dialect === 'postgres' ? { lock: { mode: 'pessimistic_write' } } : {}),
    })
    if (row === null) throw packageNotFound(name)
    if (revision !== undefined && revisionOf(row) !== revision) {
      throw packageError(
        'REVISION_CONFLICT',
        `Expected to change ${name} as it is, found that it changed since it was read. Read it and try again.`,
      )
    }
    const answer = await work(manager, row)
    await manager.update(packages, { name }, { revision: row.revision + 1, modifiedAt: new Date().toISOString() })
    return answer
  })
  store.changes.announce(name)
  return result
}
