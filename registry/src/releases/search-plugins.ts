import type { z } from 'zod'
import type { SearchResult, searchQuery } from '../contract/plugins.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isOneOf } from '../store/query.ts'
import { publishers } from '../store/rows/publisher-rows.ts'
import { type PluginRow, plugins, releases } from '../store/rows/release-rows.ts'
import { toPluginSummary } from './present.ts'

const ORDER = {
  newest: ['plugin.updatedAt', 'DESC'],
  name: ['plugin.displayName', 'ASC'],
  downloads: ['plugin.downloads', 'DESC'],
} as const

/** Finds plugins whose words contain every word of the query. */
export async function searchPlugins(store: RegistryStore, query: z.output<typeof searchQuery>): Promise<SearchResult> {
  const skip = Number(query.cursor ?? 0)
  const [column, direction] = ORDER[query.sort]
  const builder = store.database.getRepository(plugins).createQueryBuilder('plugin')
  if (query.kind !== undefined) builder.andWhere('plugin.kind = :kind', { kind: query.kind })
  if (query.publisher !== undefined) builder.andWhere('plugin.publisherId = :publisher', { publisher: query.publisher })
  wordsOf(query.q).forEach((word, index) => {
    builder.andWhere(`plugin.searchText LIKE :word${index} ESCAPE '!'`, { [`word${index}`]: `%${escapeLike(word)}%` })
  })
  builder.orderBy(column, direction).addOrderBy('plugin.id', 'ASC').skip(skip).take(query.limit)
  const [rows, total] = await builder.getManyAndCount()
  const items = await describe(store, rows)
  const next = skip + rows.length
  return { items, total, ...(next < total && rows.length > 0 ? { nextCursor: String(next) } : {}) }
}

async function describe(store: RegistryStore, rows: readonly PluginRow[]) {
  const owners = await store.database
    .getRepository(publishers)
    .findBy({ id: isOneOf(rows.map((row) => row.publisherId)) })
  const latest = await store.database
    .getRepository(releases)
    .find({ where: rows.map((row) => ({ pluginId: row.id, version: row.latestVersion })) })
  return rows.flatMap((row) => {
    const owner = owners.find(({ id }) => id === row.publisherId)
    const release = latest.find(({ pluginId }) => pluginId === row.id)
    return owner === undefined || release === undefined ? [] : [toPluginSummary(row, release, owner)]
  })
}

function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 10)
}

function escapeLike(word: string): string {
  return word.replace(/[!%_]/g, '!$&')
}
