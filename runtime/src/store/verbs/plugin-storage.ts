import { type EntityManager } from 'typeorm'
import { storageEntryEntity } from '../entities/storage-entry.ts'
import { storageUsageEntity } from '../entities/storage-usage.ts'
import { storeError } from '../errors.ts'
import { STORAGE_LIST_LIMIT } from '../limits.ts'
import { checkStorageKey } from '../storage-key.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function pluginStorageVerbs(manager: EntityManager, dialect: Store['dialect']): Store['pluginStorage'] {
  const entries = tableOf(manager, storageEntryEntity)
  const usages = tableOf(manager, storageUsageEntity)
  return {
    async get(installationId, key) {
      return (await entries.findOne({ installationId, key: checkStorageKey(key) }))?.value
    },
    set: (workspaceId, installationId, key, value, quotaBytes) =>
      manager.transaction((inside) => set(inside, { workspaceId, installationId, key, value }, quotaBytes)),
    delete: (installationId, key) =>
      manager.transaction(async (inside) => {
        await lock(inside, installationId)
        const freed = await removeEntry(inside, installationId, checkStorageKey(key))
        await inside.decrement(storageUsageEntity, { installationId }, 'bytes', freed)
        return freed > 0
      }),
    async list(installationId, prefix, after, limit) {
      // Code-point order is the order of UTF-8 bytes: SQLite's own, and that of PostgreSQL's "C".
      const key = dialect === 'postgres' ? 'entry.key COLLATE "C"' : 'entry.key'
      const select = manager.createQueryBuilder(storageEntryEntity, 'entry').select(key, 'key')
      select.where('entry.installation_id = :installationId', { installationId })
      if (after !== '') select.andWhere(`${key} > :after`, { after: checkStorageKey(after) })
      if (prefix !== '') {
        const start = 'substr(entry.key, 1, length(CAST(:prefix AS text)))'
        select.andWhere(`${start} = :prefix`, { prefix: checkStorageKey(prefix) })
      }
      const found = await select.orderBy(key).limit(Math.min(limit, STORAGE_LIST_LIMIT)).getRawMany<{ key: string }>()
      return found.map((row) => row.key)
    },
    async bytes(installationId) {
      return (await usages.findOne({ installationId }))?.bytes ?? 0
    },
    async clear(installationId) {
      await usages.remove({ installationId })
    },
  }
}

interface Entry {
  readonly workspaceId: string
  readonly installationId: string
  readonly key: string
  readonly value: string
}

async function set(inside: EntityManager, entry: Entry, quotaBytes: number): Promise<void> {
  const { workspaceId, installationId, value } = entry
  const key = checkStorageKey(entry.key)
  const bytes = Buffer.byteLength(key) + Buffer.byteLength(value)
  await tableOf(inside, storageUsageEntity).insertMissing([{ workspaceId, installationId, bytes: 0 }])
  const used = await lock(inside, installationId)
  const freed = await removeEntry(inside, installationId, key)
  const total = used - freed + bytes
  if (total > quotaBytes) {
    throw storeError(
      'STORE_QUOTA',
      `Expected at most ${quotaBytes} bytes of keys and values, found ${total}. Delete keys or ask for a larger quota.`,
      { details: { quotaBytes, totalBytes: total } },
    )
  }
  await tableOf(inside, storageEntryEntity).insert([{ workspaceId, installationId, key, value, bytes }])
  await tableOf(inside, storageUsageEntity).update({ installationId }, { bytes: total })
}

/** Writing the row locks it until the transaction ends: the count is exact however many writers there are. */
async function lock(inside: EntityManager, installationId: string): Promise<number> {
  await inside.increment(storageUsageEntity, { installationId }, 'bytes', 0)
  return (await tableOf(inside, storageUsageEntity).findOne({ installationId }))?.bytes ?? 0
}

/** The bytes that became free; 0 when there was no such key. */
async function removeEntry(inside: EntityManager, installationId: string, key: string): Promise<number> {
  const entries = tableOf(inside, storageEntryEntity)
  const old = await entries.findOne({ installationId, key })
  if (old !== undefined) await entries.remove({ installationId, key })
  return old?.bytes ?? 0
}
