import type { ServerList, ServerQuery, ServerResponse } from '../contract/mcp-servers.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isOneOf } from '../store/query.ts'
import { type ReleaseRow, plugins, releases } from '../store/rows/release-rows.ts'
import { servers } from '../store/rows/server-rows.ts'
import { type ServerCursor, readCursor, writeCursor } from './cursor.ts'
import { presentEntry } from './present-entry.ts'
import { PLUGIN_PREFIX, presentPlugin } from './present-plugin.ts'

interface Found {
  readonly cursor: ServerCursor
  readonly response: ServerResponse
}

/** A page of `server.json`s: first plain entries, then adapter plugins, each by name and version. */
export async function listServers(store: RegistryStore, query: ServerQuery, registryUrl: string): Promise<ServerList> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const wanted = query.limit + 1
  const entries = after?.[0] === 'plugin' ? [] : await findEntries(store, query, after, wanted)
  const missing = wanted - entries.length
  const fromPlugins = missing <= 0 ? [] : await findPlugins(store, query, pluginsAfter(after), missing, registryUrl)
  const found = [...entries, ...fromPlugins]
  const page = found.slice(0, query.limit)
  const last = page.at(-1)
  return {
    servers: page.map(({ response }) => response),
    metadata: {
      count: page.length,
      ...(found.length > page.length && last !== undefined ? { nextCursor: writeCursor(last.cursor) } : {}),
    },
  }
}

const pluginsAfter = (after: ServerCursor | undefined) => (after?.[0] === 'plugin' ? after : undefined)

/** Deleted ones are told when asked for, and to those who keep a copy. */
const withDeleted = (query: ServerQuery): boolean => query.include_deleted === true || query.updated_since !== undefined

const since = (query: ServerQuery) => new Date(query.updated_since ?? 0).toISOString()

async function findEntries(
  store: RegistryStore,
  query: ServerQuery,
  after: ServerCursor | undefined,
  wanted: number,
): Promise<readonly Found[]> {
  const builder = store.database.getRepository(servers).createQueryBuilder('server')
  if (after !== undefined) {
    builder.andWhere('(server.name > :name OR (server.name = :name AND server.version > :at))', {
      name: after[1],
      at: after[2],
    })
  }
  if (query.search !== undefined) {
    builder.andWhere("LOWER(server.name) LIKE :search ESCAPE '!'", { search: like(query.search) })
  }
  if (query.version === 'latest') builder.andWhere('server.isLatest = 1')
  else if (query.version !== undefined) builder.andWhere('server.version = :version', { version: query.version })
  if (query.updated_since !== undefined) builder.andWhere('server.updatedAt >= :since', { since: since(query) })
  if (!withDeleted(query)) builder.andWhere("server.status <> 'deleted'")
  const rows = await builder.orderBy('server.name', 'ASC').addOrderBy('server.version', 'ASC').take(wanted).getMany()
  return rows.map((row) => ({ cursor: ['entry', row.name, row.version], response: presentEntry(row) }))
}

async function findPlugins(
  store: RegistryStore,
  query: ServerQuery,
  after: ServerCursor | undefined,
  wanted: number,
  registryUrl: string,
): Promise<readonly Found[]> {
  const builder = store.database
    .getRepository(releases)
    .createQueryBuilder('release')
    .innerJoin(plugins.options.name, 'plugin', "plugin.id = release.pluginId AND plugin.kind = 'mcp-adapter'")
  if (after !== undefined) {
    builder.andWhere('(release.pluginId > :name OR (release.pluginId = :name AND release.version > :at))', {
      name: after[1],
      at: after[2],
    })
  }
  if (query.search !== undefined) {
    builder.andWhere("LOWER(:prefix || release.pluginId) LIKE :search ESCAPE '!'", {
      prefix: PLUGIN_PREFIX,
      search: like(query.search),
    })
  }
  if (query.version === 'latest') builder.andWhere('release.version = plugin.latestVersion')
  else if (query.version !== undefined) builder.andWhere('release.version = :version', { version: query.version })
  if (query.updated_since !== undefined) {
    builder.andWhere('COALESCE(release.revokedAt, release.yankedAt, release.publishedAt) >= :since', {
      since: since(query),
    })
  }
  if (!withDeleted(query)) builder.andWhere('release.revokedAt IS NULL')
  const rows = await builder
    .orderBy('release.pluginId', 'ASC')
    .addOrderBy('release.version', 'ASC')
    .take(wanted)
    .getMany()
  const latest = await latestVersions(store, rows)
  return rows.map((row) => ({
    cursor: ['plugin', row.pluginId, row.version],
    response: presentPlugin(row, latest.get(row.pluginId) ?? '', registryUrl),
  }))
}

async function latestVersions(store: RegistryStore, rows: readonly ReleaseRow[]): Promise<ReadonlyMap<string, string>> {
  const found = await store.database
    .getRepository(plugins)
    .findBy({ id: isOneOf([...new Set(rows.map(({ pluginId }) => pluginId))]) })
  return new Map(found.map(({ id, latestVersion }) => [id, latestVersion]))
}

function like(text: string): string {
  return `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`
}
