import { type Actor, requireAccount } from '../accounts/actor.ts'
import { requireSecondFactor } from '../accounts/permissions.ts'
import { isUniqueViolation } from '../database/index.ts'
import type { Publisher, PublisherRequest } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import { appendToLog } from '../log/append-to-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { members } from '../store/rows/account-rows.ts'
import { keys as keyRows, publishers } from '../store/rows/publisher-rows.ts'
import { publisherError } from './errors.ts'
import { checkNewName } from './names/check-new-name.ts'
import { newKeyRow } from './keys.ts'
import { getPublisher } from './get-publisher.ts'

/** Creates a publisher for whoever asks: the admin, or an account where sign-up is open. */
export async function requestPublisher(
  store: RegistryStore,
  request: PublisherRequest,
  actor: Actor | undefined,
): Promise<Publisher> {
  if (actor?.kind === 'admin') return createPublisher(store, request)
  const account = requireAccount(actor)
  if (store.accounts.signUp !== 'open' || account.packages.length > 0) {
    throw registryError(
      'FORBIDDEN',
      'Expected a registry where accounts create publishers, and a token that is not limited, found otherwise. Ask the registry’s admin.',
    )
  }
  requireSecondFactor(account)
  await requireFreeName(store, account, request.id)
  return createPublisher(store, request, account)
}

async function requireFreeName(store: RegistryStore, actor: Actor, id: string): Promise<void> {
  const { verdict, similarTo } = await checkNewName(store, actor, `@${id}`)
  if (verdict === 'reserved') {
    throw publisherError(
      'NAME_RESERVED',
      `Expected a name that may be taken, found the reserved ${id}. Choose another.`,
    )
  }
  if (verdict !== 'held') return
  throw publisherError(
    'NAME_LOOKS_LIKE',
    `Expected a name that nobody takes for another, found that ${id} looks like ${similarTo}. Choose another, or ask the registry’s admin to create it.`,
    { details: { similarTo } },
  )
}

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
