import { isUniqueViolation } from '../database/index.ts'
import type { Publisher, PublisherRequest } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { keys as keyRows, publishers } from '../store/rows/publisher-rows.ts'
import { newKeyRow } from './keys.ts'
import { getPublisher } from './get-publisher.ts'

/** Creates a publisher: from now on only its keys sign for its namespace. */
export async function createPublisher(store: RegistryStore, request: PublisherRequest): Promise<Publisher> {
  const keys = (request.keys ?? []).map((publicKey) => newKeyRow(request.id, { publicKey }))
  try {
    await store.database.transaction(async (manager) => {
      await manager.insert(publishers, {
        id: request.id,
        displayName: request.displayName,
        createdAt: new Date().toISOString(),
      })
      if (keys.length > 0) await manager.insert(keyRows, keys)
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw registryError(
      'PUBLISHER_EXISTS',
      'Expected a free publisher id and keys that no publisher has, found one taken. Choose others.',
    )
  }
  return getPublisher(store, request.id)
}
