import type { Publisher, TrustRoot } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { keys, publishers } from '../store/rows/publisher-rows.ts'
import { toTrustedKey } from './keys.ts'

/** One publisher with its keys. */
export async function getPublisher(store: RegistryStore, id: string): Promise<Publisher> {
  const row = await store.database.getRepository(publishers).findOneBy({ id })
  if (row === null) throw registryError('PUBLISHER_NOT_FOUND', `Expected a publisher named ${id}, found none.`)
  const own = await store.database.getRepository(keys).find({ where: { publisherId: id }, order: { validFrom: 'asc' } })
  return { ...row, keys: own.map(toTrustedKey) }
}

/** The keys of the registry and of everyone who publishes here. */
export async function getTrustRoot(store: RegistryStore): Promise<TrustRoot> {
  const rows = await store.database.getRepository(publishers).find({ order: { id: 'asc' } })
  const all = await store.database.getRepository(keys).find({ order: { validFrom: 'asc' } })
  const { keyId, publicKey, validFrom } = store.key
  return {
    registry: { keys: [{ keyId, publicKey, validFrom }] },
    publishers: rows.map((row) => ({
      ...row,
      keys: all.filter(({ publisherId }) => publisherId === row.id).map(toTrustedKey),
    })),
  }
}
