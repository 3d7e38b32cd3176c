import { rcompare, valid } from 'semver'
import type { ServerList, ServerResponse } from '../contract/mcp-servers.ts'
import { OFFICIAL_META } from '../contract/mcp-servers.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { plugins, releases } from '../store/rows/release-rows.ts'
import { servers } from '../store/rows/server-rows.ts'
import { serverError } from './errors.ts'
import { presentEntry } from './present-entry.ts'
import { PLUGIN_PREFIX, presentPlugin } from './present-plugin.ts'

interface Asked {
  readonly name: string
  readonly withDeleted: boolean
  readonly registryUrl: string
}

/** All versions of one server, newest first. */
export async function serverVersions(store: RegistryStore, asked: Asked): Promise<ServerList> {
  const found = await findVersions(store, asked)
  if (found.length === 0) throw notFound(asked.name)
  return { servers: [...found], metadata: { count: found.length } }
}

/** One version, or `latest`. */
export async function serverVersion(store: RegistryStore, asked: Asked, version: string): Promise<ServerResponse> {
  const found = await findVersions(store, asked)
  const one = found.find((response) =>
    version === 'latest' ? response['_meta'][OFFICIAL_META].isLatest : response.server.version === version,
  )
  if (one === undefined) throw notFound(`${asked.name}@${version}`)
  return one
}

async function findVersions(store: RegistryStore, asked: Asked): Promise<readonly ServerResponse[]> {
  const rows = await store.database.getRepository(servers).findBy({ name: asked.name })
  const all = [...rows.map(presentEntry), ...(await findPlugin(store, asked))]
  return all
    .filter((response) => asked.withDeleted || response['_meta'][OFFICIAL_META].status !== 'deleted')
    .toSorted(newestFirst)
}

async function findPlugin(store: RegistryStore, { name, registryUrl }: Asked): Promise<readonly ServerResponse[]> {
  if (!name.startsWith(PLUGIN_PREFIX)) return []
  const id = name.slice(PLUGIN_PREFIX.length)
  const plugin = await store.database.getRepository(plugins).findOneBy({ id, kind: 'mcp-adapter' })
  if (plugin === null) return []
  const rows = await store.database.getRepository(releases).findBy({ pluginId: id })
  return rows.map((row) => presentPlugin(row, plugin.latestVersion, registryUrl))
}

function newestFirst(left: ServerResponse, right: ServerResponse): number {
  const [leftVersion, rightVersion] = [left.server.version, right.server.version]
  if (valid(leftVersion) !== null && valid(rightVersion) !== null) return rcompare(leftVersion, rightVersion)
  const [leftAt, rightAt] = [left, right].map((one) => one['_meta'][OFFICIAL_META].publishedAt)
  return (leftAt ?? '') < (rightAt ?? '') ? 1 : -1
}

function notFound(what: string) {
  return serverError('SERVER_NOT_FOUND', `Expected a server ${what}, found none.`)
}
