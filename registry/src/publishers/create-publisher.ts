import type { Actor } from '../accounts/actor.ts'
import { isUniqueViolation } from '../database/index.ts'
import type { Publisher, PublisherRequest } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { members } from '../store/rows/account-rows.ts'
import { keys as keyRows, publishers } from '../store/rows/publisher-rows.ts'
import { newKeyRow } from './keys.ts'
import { getPublisher } from './get-publisher.ts'

/** Creates a publisher: from now on only its keys sign for its namespace. An account that creates one owns it. */
export async function createPublisher(
  store: RegistryStore,
  request: PublisherRequest,
  actor: Actor = { kind: 'admin' },
): Promise<Publisher> {
  const publisherId = request.id
  const createdAt = new Date().toISOString()
  const keys = (request.keys ?? []).map((publicKey) => newKeyRow(publisherId, { publicKey }))
  try {
    await store.database.transaction(async (manager) => {
      await manager.insert(publishers, { id: publisherId, displayName: request.displayName, createdAt })
      if (keys.length > 0) await manager.insert(keyRows, keys)
      for (const { keyId } of keys) await appendToLog(manager, { kind: 'key.added', publisherId, keyId })
      if (actor.kind !== 'account') return
      const { accountId } = actor
      await manager.insert(members, { publisherId, accountId, role: 'owner', createdAt })
      await appendToLog(manager, { kind: 'owner.added', publisherId, accountId, role: 'owner' })
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
