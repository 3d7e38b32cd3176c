import type { LocalizedText } from '@nexus/plugin-api'
import {
  OFFICIAL_META,
  PUBLISHER_META,
  SERVER_SCHEMA,
  type ServerDocument,
  type ServerResponse,
} from '../contract/mcp-servers.ts'
import { inEnglish } from '../releases/present.ts'
import type { ReleaseRow } from '../store/rows/release-rows.ts'

/** Namespace of plugins: `nexus.<publisher>/<name>`. */
export const PLUGIN_PREFIX = 'nexus.'

const MAX_TEXT = 100

/**
 * A release of an adapter plugin as a `server.json`. Its package type is `nexus`: no client may take it for an npm package
 * that it can start, and a Nexus host finds the plugin by it.
 */
export function presentPlugin(row: ReleaseRow, latestVersion: string, registryUrl: string): ServerResponse {
  return { server: describe(row, registryUrl), _meta: { [OFFICIAL_META]: official(row, latestVersion) } }
}

function describe({ manifest, bundleDigest }: ReleaseRow, registryUrl: string): ServerDocument {
  const { id, version, displayName, description, homepage, repository } = manifest
  return {
    $schema: SERVER_SCHEMA,
    name: PLUGIN_PREFIX + id,
    title: shorten(displayName),
    description: shorten(description),
    version,
    ...(homepage === undefined ? {} : { websiteUrl: homepage }),
    ...(repository === undefined
      ? {}
      : { repository: { url: repository, source: new URL(repository).hostname === 'github.com' ? 'github' : 'git' } }),
    packages: [
      { registryType: 'nexus', registryBaseUrl: registryUrl, identifier: id, version, transport: { type: 'stdio' } },
    ],
    _meta: { [PUBLISHER_META]: { pluginId: id, kind: manifest.kind, bundleDigest } },
  }
}

function official(row: ReleaseRow, latestVersion: string): ServerResponse['_meta'][typeof OFFICIAL_META] {
  const changed = row.revokedAt ?? row.yankedAt
  const status = row.revokedAt !== null ? 'deleted' : row.yankedAt !== null ? 'deprecated' : 'active'
  const statusMessage = row.revokedAt === null ? row.yankReason : row.revokeReason
  return {
    status,
    ...(changed === null || statusMessage === null ? {} : { statusMessage }),
    statusChangedAt: changed ?? row.publishedAt,
    publishedAt: row.publishedAt,
    updatedAt: changed ?? row.publishedAt,
    isLatest: row.version === latestVersion,
  }
}

/** One line within the length that the format allows. */
function shorten(text: LocalizedText): string {
  const line = inEnglish(text).replaceAll(/\s+/g, ' ').trim()
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`
}
