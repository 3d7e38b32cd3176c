import type { Publisher, TrustRoot } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { keys, publishers } from '../store/rows/publisher-rows.ts'
import { identities } from '../store/rows/identity-rows.ts'
import type { TrustedSigners } from '../signing/signers.ts'
import { verifiedDomains } from './namespace-proof.ts'
import { getPublishPolicy } from './publish-policy.ts'
import { identitiesOf, toTrustedIdentity } from './identities.ts'
import { toTrustedKey } from './keys.ts'

/** One publisher with its keys. */
export async function getPublisher(store: RegistryStore, id: string): Promise<Publisher> {
  const row = await store.database.getRepository(publishers).findOneBy({ id })
  if (row === null) throw publisherNotFound(id)
  const own = await store.database.getRepository(keys).find({ where: { publisherId: id }, order: { validFrom: 'asc' } })
  const verified = (await verifiedDomains(store, [id])).get(id)
  return {
    ...row,
    keys: own.map(toTrustedKey),
    identities: [...(await identitiesOf(store, id))],
    ...(verified === undefined ? {} : { verified }),
    publishPolicy: await getPublishPolicy(store, id),
  }
}

export function publisherNotFound(id: string) {
  return registryError('PUBLISHER_NOT_FOUND', `Expected a publisher named ${id}, found none.`)
}

/** Whose signatures count for a publisher. */
export async function getSigners(store: RegistryStore, publisherId: string): Promise<TrustedSigners> {
  const { keys: own, identities: known } = await getPublisher(store, publisherId)
  return { keys: own, identities: known, sigstore: store.sigstore?.trust }
}

/** The keys of the registry, and keys and identities of everyone who publishes here. */
export async function getTrustRoot(store: RegistryStore): Promise<TrustRoot> {
  const rows = await store.database.getRepository(publishers).find({ order: { id: 'asc' } })
  const all = await store.database.getRepository(keys).find({ order: { validFrom: 'asc' } })
  const named = await store.database.getRepository(identities).find({ order: { validFrom: 'asc' } })
  return {
    registry: {
      keys: [...store.keys.trusted()],
      endorsements: [...store.keys.endorsements()],
      ...(store.sigstore === undefined ? {} : { sigstoreRoot: store.sigstore.document }),
    },
    publishers: rows.map((row) => ({
      ...row,
      keys: all.filter(({ publisherId }) => publisherId === row.id).map(toTrustedKey),
      identities: named.filter(({ publisherId }) => publisherId === row.id).map(toTrustedIdentity),
    })),
  }
}
