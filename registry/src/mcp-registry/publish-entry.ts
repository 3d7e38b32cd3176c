import { rcompare, valid } from 'semver'
import type { Actor } from '../accounts/actor.ts'
import { requireManage } from '../accounts/permissions.ts'
import {
  type ServerDocument,
  type ServerResponse,
  type ServerStatusRequest,
  SERVER_SCHEMA,
} from '../contract/mcp-servers.ts'
import { isUniqueViolation } from '../database/index.ts'
import { getPublisher } from '../publishers/get-publisher.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { Transaction } from '../store/query.ts'
import { namespaceProofs } from '../store/rows/namespace-rows.ts'
import { plugins } from '../store/rows/release-rows.ts'
import { type ServerRow, servers } from '../store/rows/server-rows.ts'
import { serverError } from './errors.ts'
import { PLUGIN_PREFIX } from './present-plugin.ts'
import { presentEntry } from './present-entry.ts'

/**
 * Adds a version of a plain entry. A publisher's entries are named `nexus.<publisher>/…` or after a domain it has
 * proven; the registry's admin may add any name, for example one that was read elsewhere.
 */
export async function publishEntry(
  store: RegistryStore,
  actor: Actor | undefined,
  publisherId: string,
  document: ServerDocument,
): Promise<ServerResponse> {
  await requireManage(store, actor, `@${publisherId}`)
  await getPublisher(store, publisherId)
  await requireName(store, actor, publisherId, document.name)
  const now = new Date().toISOString()
  const row: ServerRow = {
    name: document.name,
    version: document.version,
    publisherId,
    document: { $schema: SERVER_SCHEMA, ...document },
    isLatest: 0,
    status: 'active',
    statusMessage: null,
    statusChangedAt: now,
    publishedAt: now,
    updatedAt: now,
  }
  try {
    return await store.database.transaction(async (manager) => {
      await requireOwner(manager, publisherId, row.name)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- typeorm's type loses the shape of JSON columns
      await manager.insert(servers, row as never)
      return presentEntry({ ...row, isLatest: (await markLatest(manager, row.name)) === row.version ? 1 : 0 })
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw serverError(
      'SERVER_EXISTS',
      `Expected a new version of ${row.name}, found that ${row.version} exists. Versions never change: add another.`,
    )
  }
}

/** Calls a version active, deprecated or deleted. Deleted ones stay readable for those who ask. */
export async function setEntryStatus(
  store: RegistryStore,
  actor: Actor | undefined,
  entry: { readonly publisher: string; readonly server: string; readonly version: string },
  { status, statusMessage }: ServerStatusRequest,
): Promise<ServerResponse> {
  await requireManage(store, actor, `@${entry.publisher}`)
  return store.database.transaction(async (manager) => {
    const key = { name: entry.server, version: entry.version }
    const row = await manager.findOneBy(servers, { ...key, publisherId: entry.publisher })
    if (row === null) {
      throw serverError(
        'SERVER_NOT_FOUND',
        `Expected an entry ${key.name}@${key.version} of ${entry.publisher}, found none.`,
      )
    }
    const now = new Date().toISOString()
    const change = { status, statusMessage: statusMessage ?? null, statusChangedAt: now, updatedAt: now }
    await manager.update(servers, key, change)
    const latest = await markLatest(manager, row.name)
    return presentEntry({ ...row, ...change, isLatest: latest === row.version ? 1 : 0 })
  })
}

async function requireName(
  store: RegistryStore,
  actor: Actor | undefined,
  publisherId: string,
  name: string,
): Promise<void> {
  const allowed = await namespacesOf(store, publisherId)
  if (actor?.kind !== 'admin' && !allowed.some((namespace) => isInside(name, namespace))) {
    throw serverError(
      'SERVER_NAMESPACE',
      `Expected a name in ${allowed.join(' or ')}, found ${name}. Prove a domain to use its name, or ask the registry's admin.`,
    )
  }
  const id = name.startsWith(PLUGIN_PREFIX) ? name.slice(PLUGIN_PREFIX.length) : ''
  if (await store.database.getRepository(plugins).existsBy({ id })) {
    throw serverError(
      'SERVER_NAMESPACE',
      `Expected a name that no plugin has, found ${name}. Its entry is made of its releases.`,
    )
  }
}

/** `nexus.<publisher>`, and the reverse of the domain that the publisher has proven: `com.example`. */
async function namespacesOf(store: RegistryStore, publisherId: string): Promise<readonly string[]> {
  const proof = await store.database.getRepository(namespaceProofs).findOneBy({ publisherId })
  const domain = proof === null || proof.provenAt === null ? [] : [proof.domain.split('.').toReversed().join('.')]
  return [`${PLUGIN_PREFIX}${publisherId}`, ...domain]
}

/** A domain covers its subdomains; `nexus.<publisher>` covers itself. */
function isInside(name: string, namespace: string): boolean {
  if (name.startsWith(`${namespace}/`)) return true
  return !namespace.startsWith(PLUGIN_PREFIX) && name.split('/')[0]?.startsWith(`${namespace}.`) === true
}

async function requireOwner(manager: Transaction, publisherId: string, name: string): Promise<void> {
  const other = await manager.findOneBy(servers, { name })
  if (other === null || other.publisherId === publisherId) return
  throw serverError('SERVER_NAMESPACE', `Expected a name of ${publisherId}, found one that another publisher added.`)
}

/** Marks the newest version that is not deleted, and answers with it. */
async function markLatest(manager: Transaction, name: string): Promise<string | undefined> {
  const rows = await manager.findBy(servers, { name })
  const latest = rows.filter(({ status }) => status !== 'deleted').toSorted(newestFirst)[0]?.version
  for (const { version, isLatest } of rows) {
    const wanted = version === latest ? 1 : 0
    if (isLatest !== wanted) await manager.update(servers, { name, version }, { isLatest: wanted })
  }
  return latest
}

/** By semver where both are; otherwise what was published later is newer. */
function newestFirst(left: ServerRow, right: ServerRow): number {
  if (valid(left.version) !== null && valid(right.version) !== null) return rcompare(left.version, right.version)
  return left.publishedAt < right.publishedAt ? 1 : -1
}
