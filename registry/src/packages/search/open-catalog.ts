import { PERMISSION_FAMILIES } from '@nexus/plugin-api'
import type { StatementRow, Statements } from '../../database/index.ts'
import type { PackageChanges } from '../../store/package-changes.ts'
import { INDEX_PAGE } from '../limits.ts'
import { Catalog, type CatalogEntry, type CatalogQuery, type CatalogResult } from './catalog.ts'

const ENTRY =
  'SELECT p."name", p."publisherId", p."access", t."version", v."manifest", v."publishedAt", v."publishedBy", ' +
  'CASE WHEN v."attestations" IS NULL THEN 0 ELSE 1 END AS "provenance", ' +
  'pl."kind", pl."displayName", pl."downloads", pl."searchText", r."manifest" AS "pluginManifest" ' +
  'FROM "registry_package" p ' +
  'JOIN "registry_dist_tag" t ON t."packageName" = p."name" AND t."tag" = \'latest\' ' +
  'JOIN "registry_package_version" v ON v."packageName" = p."name" AND v."version" = t."version" ' +
  // A package `@acme/weather` is the plugin `acme/weather`.
  'LEFT JOIN "registry_plugin" pl ON pl."id" = substr(p."name", 2) ' +
  'LEFT JOIN "registry_release" r ON r."pluginId" = pl."id" AND r."version" = pl."latestVersion" '
const ONE = `${ENTRY} WHERE p."name" = $1`
const PAGE = `${ENTRY} WHERE p."name" > $1 ORDER BY p."name" LIMIT ${INDEX_PAGE}`

/** Searches among everything that may be found. Always as new as the database. */
export interface OpenCatalog {
  search(query: CatalogQuery): Promise<CatalogResult>
}

/** Keeps the catalog in memory, true with the database: one process owns both. It is read when it is first needed. */
export function openCatalog(statements: Statements, changes: PackageChanges): OpenCatalog {
  const catalog = new Catalog()
  const stale = new Set<string>()
  let loaded: Promise<void> | undefined
  let refreshing = Promise.resolve()
  changes.listen((name) => {
    // What changes before the first search is read with everything else.
    if (loaded !== undefined) stale.add(name)
  })
  const refresh = async (): Promise<void> => {
    for (const name of stale) {
      stale.delete(name)
      const [row] = await statements.run(ONE, [name])
      const entry = row === undefined ? undefined : toEntry(row)
      if (entry === undefined) catalog.remove(name)
      else catalog.put(entry)
    }
  }
  return {
    async search(query) {
      loaded ??= load(statements, catalog)
      await loaded
      if (stale.size > 0) {
        refreshing = refreshing.then(refresh)
        await refreshing
      }
      return catalog.search(query)
    },
  }
}

async function load(statements: Statements, catalog: Catalog): Promise<void> {
  let after = ''
  for (;;) {
    const rows = await statements.run(PAGE, [after])
    for (const row of rows) {
      const entry = toEntry(row)
      if (entry !== undefined) catalog.put(entry)
      after = String(row['name'])
    }
    if (rows.length < INDEX_PAGE) return
    // Other requests have their turn between two pages.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Restricted packages are found by nobody: search asks nobody who they are. */
function toEntry(row: StatementRow): CatalogEntry | undefined {
  if (row['access'] !== 'public') return undefined
  const manifest = parse(row['manifest'])
  const plugin = row['kind'] === null ? undefined : parse(row['pluginManifest'])
  return {
    name: String(row['name']),
    version: String(row['version']),
    description: typeof manifest['description'] === 'string' ? manifest['description'].slice(0, 500) : '',
    keywords: textsOf(manifest['keywords']),
    publisherId: typeof row['publisherId'] === 'string' ? row['publisherId'] : null,
    publishedBy: String(row['publishedBy']),
    date: String(row['publishedAt']),
    otherText: typeof row['searchText'] === 'string' ? row['searchText'] : '',
    plugin:
      plugin === undefined
        ? undefined
        : {
            kind: String(row['kind']),
            displayName: String(row['displayName']),
            permissions: permissionsOf(plugin['permissions']),
            trust: Number(row['provenance']) === 1 ? ['signed', 'provenance'] : ['signed'],
            downloads: Number(row['downloads']),
          },
  }
}

/** Families that a manifest asks for, in the order in which people see them everywhere. */
function permissionsOf(value: unknown): readonly string[] {
  const asked: Readonly<Record<string, unknown>> = { ...Object(value) }
  return PERMISSION_FAMILIES.filter((family) => {
    const wanted = asked[family]
    return Array.isArray(wanted) ? wanted.length > 0 : wanted !== undefined && wanted !== null && wanted !== false
  })
}

function parse(text: unknown): Readonly<Record<string, unknown>> {
  return typeof text === 'string' ? { ...Object(JSON.parse(text)) } : { ...Object(text) }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(0, 50) : []
}
