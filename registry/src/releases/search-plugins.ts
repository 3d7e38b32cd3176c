import type { z } from 'zod'
import type { SearchResult, searchQuery } from '../contract/plugins.ts'
import { pluginIdOf } from '../packages/names.ts'
import { verifiedDomains } from '../publishers/namespace-proof.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isOneOf } from '../store/query.ts'
import { publishers } from '../store/rows/publisher-rows.ts'
import { plugins, releases } from '../store/rows/release-rows.ts'
import { toPluginSummary } from './present.ts'

/** Finds plugins that have every word of the query, or words like them, and pass every filter. */
export async function searchPlugins(store: RegistryStore, query: z.output<typeof searchQuery>): Promise<SearchResult> {
  const skip = Number(query.cursor ?? 0)
  const { kind, publisher, permission, trust, sort, limit } = query
  const found = await store.catalog.search({
    text: query.q ?? '',
    pluginsOnly: true,
    kind,
    publisher,
    permission,
    trust,
    sort,
    skip,
    limit,
  })
  const items = await describe(
    store,
    found.entries.map(({ name }) => pluginIdOf(name)),
  )
  const next = skip + found.entries.length
  return {
    items,
    total: found.total,
    facets: found.facets,
    ...(next < found.total && found.entries.length > 0 ? { nextCursor: String(next) } : {}),
  }
}

/** Summaries of plugins, in the order of their ids. */
async function describe(store: RegistryStore, ids: readonly string[]) {
  if (ids.length === 0) return []
  const rows = await store.database.getRepository(plugins).findBy({ id: isOneOf(ids) })
  const owners = await store.database
    .getRepository(publishers)
    .findBy({ id: isOneOf(rows.map((row) => row.publisherId)) })
  const domains = await verifiedDomains(
    store,
    owners.map(({ id }) => id),
  )
  const latest = await store.database.getRepository(releases).find({
    where: rows.map((row) => ({ pluginId: row.id, version: row.latestVersion })),
    select: { pluginId: true, version: true, manifest: true, publishedAt: true },
  })
  return ids.flatMap((id) => {
    const row = rows.find((candidate) => candidate.id === id)
    const owner = owners.find((candidate) => candidate.id === row?.publisherId)
    const release = latest.find(({ pluginId }) => pluginId === id)
    return row === undefined || owner === undefined || release === undefined
      ? []
      : [toPluginSummary(row, release, { ...owner, verified: domains.get(owner.id) })]
  })
}
