import type { PluginManifest } from '@nexus/plugin-api'
import { EntitySchema } from 'typeorm'
import type { Scan } from '../../checks/finding.ts'
import type { SignatureBundle } from '../../contract/signature-bundle.ts'
import { belongsTo, text, time } from './columns.ts'
import { PUBLISHER } from './publisher-rows.ts'

export interface PluginRow {
  id: string
  publisherId: string
  latestVersion: string
  kind: PluginManifest['kind']
  /** English name, for sorting. */
  displayName: string
  /** Lower-cased words to search in. */
  searchText: string
  updatedAt: string
  downloads: number
}

export interface ReleaseRow {
  pluginId: string
  version: string
  bundleDigest: string
  size: number
  manifest: PluginManifest
  manifestDigest: string
  toolsDigest: string
  readmeHtml: string
  changelogHtml: string
  publishSignature: SignatureBundle
  admissionSignature: SignatureBundle
  publishedBy: string
  publishedAt: string
  /** Withdrawn from resolving; the bytes stay. */
  yankedAt: string | null
  yankReason: string | null
  /** Stopped everywhere, for good. */
  revokedAt: string | null
  revokeReason: string | null
  /** What the static checks found; `null` for releases from before there were any. */
  scan: Scan | null
}

export interface DownloadRow {
  pluginId: string
  /** `2026-11-21`, UTC. */
  day: string
  count: number
}

const PLUGIN = 'registry_plugin'

export const plugins = new EntitySchema<PluginRow>({
  name: PLUGIN,
  columns: {
    id: { ...text(110), primary: true },
    publisherId: text(40),
    latestVersion: text(64),
    kind: text(20),
    displayName: text(60),
    searchText: { type: 'text' },
    updatedAt: time,
    downloads: { type: 'integer' },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
  indices: [{ name: 'registry_plugin_updated', columns: ['updatedAt', 'id'] }],
})

export const releases = new EntitySchema<ReleaseRow>({
  name: 'registry_release',
  columns: {
    pluginId: { ...text(110), primary: true },
    version: { ...text(64), primary: true },
    bundleDigest: text(135),
    size: { type: 'integer' },
    manifest: { type: 'simple-json' },
    manifestDigest: text(71),
    toolsDigest: text(71),
    readmeHtml: { type: 'text' },
    changelogHtml: { type: 'text' },
    publishSignature: { type: 'simple-json' },
    admissionSignature: { type: 'simple-json' },
    publishedBy: text(36),
    publishedAt: time,
    yankedAt: { ...time, nullable: true },
    yankReason: { type: 'text', nullable: true },
    revokedAt: { ...time, nullable: true },
    revokeReason: { type: 'text', nullable: true },
    scan: { type: 'simple-json', nullable: true },
  },
  foreignKeys: belongsTo(PLUGIN, 'pluginId'),
  indices: [{ name: 'registry_release_digest', columns: ['bundleDigest'], unique: true }],
})

export const downloads = new EntitySchema<DownloadRow>({
  name: 'registry_download',
  columns: {
    pluginId: { ...text(110), primary: true },
    day: { ...text(10), primary: true },
    count: { type: 'integer' },
  },
  foreignKeys: belongsTo(PLUGIN, 'pluginId'),
})
