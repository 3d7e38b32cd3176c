import type { z } from 'zod'
import type { Advisory, AdvisoryList, advisoryQuery } from '../contract/advisories.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { advisories } from '../store/rows/advisory-rows.ts'
import { toAdvisory } from './present.ts'
import { findRow } from './publish-advisory.ts'

export async function getAdvisory(store: RegistryStore, id: string): Promise<Advisory> {
  return toAdvisory(await findRow(store, id))
}

/**
 * A page of advisories. With `updated_since` oldest change first, withdrawn ones too, so that a copy can be kept;
 * without it newest first, only those that count.
 */
export async function listAdvisories(
  store: RegistryStore,
  query: z.output<typeof advisoryQuery>,
): Promise<AdvisoryList> {
  const skip = Number(query.cursor ?? 0)
  const builder = store.database.getRepository(advisories).createQueryBuilder('advisory')
  if (query.package !== undefined) builder.andWhere('advisory.packageName = :name', { name: query.package })
  if (query.updated_since === undefined) {
    builder.andWhere('advisory.withdrawnAt IS NULL').orderBy('advisory.number', 'DESC')
  } else {
    builder
      .andWhere('advisory.updatedAt >= :since', { since: query.updated_since })
      .orderBy('advisory.updatedAt', 'ASC')
      .addOrderBy('advisory.number', 'ASC')
  }
  const rows = await builder
    .skip(skip)
    .take(query.limit + 1)
    .getMany()
  const items = rows.slice(0, query.limit).map(toAdvisory)
  return { items, ...(rows.length > query.limit ? { nextCursor: String(skip + query.limit) } : {}) }
}
