import type { PublishPolicy } from '../contract/namespaces.ts'
import { publishPolicy } from '../contract/namespaces.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { publisherPolicies } from '../store/rows/namespace-rows.ts'

/** What a publisher asks of everybody who publishes in its namespace. */
export async function getPublishPolicy(store: RegistryStore, publisherId: string): Promise<PublishPolicy> {
  const row = await store.database.getRepository(publisherPolicies).findOneBy({ publisherId })
  return row === null ? 'none' : publishPolicy.parse(row.secondFactor)
}

export async function setPublishPolicy(
  store: RegistryStore,
  publisherId: string,
  secondFactor: PublishPolicy,
): Promise<void> {
  await store.database.getRepository(publisherPolicies).upsert({ publisherId, secondFactor }, ['publisherId'])
}
