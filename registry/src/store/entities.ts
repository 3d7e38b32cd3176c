import type { PluginManifest } from '@nexus/plugin-api'
import { EntitySchema } from 'typeorm'
import type { TokenScope } from '../contract/publishers.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'

// Times are ISO 8601 in UTC as text: they sort the same way on both databases.

export interface PublisherRow {
  id: string
  displayName: string
  createdAt: string
}

export interface KeyRow {
  keyId: string
  publisherId: string
  publicKey: string
  validFrom: string
  validUntil: string | null
  revokedAt: string | null
}

export interface TokenRow {
  id: string
  publisherId: string
  name: string
  /** SHA-256 of the token; the token itself is never stored. */
  tokenHash: string
  scopes: readonly TokenScope[]
  createdAt: string
  expiresAt: string
  revokedAt: string | null
}

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
  yankedAt: string | null
}

export interface DownloadRow {
  pluginId: string
  /** `2026-11-21`, UTC. */
  day: string
  count: number
}

const text = (length: number) => ({ type: 'varchar', length: String(length) }) as const
const time = text(24)
const belongsTo = (target: string, column: string) => [
  { target, columnNames: [column], referencedColumnNames: [target === PLUGIN || target === PUBLISHER ? 'id' : column] },
]

const PUBLISHER = 'registry_publisher'
const PLUGIN = 'registry_plugin'

export const publishers = new EntitySchema<PublisherRow>({
  name: PUBLISHER,
  columns: { id: { ...text(40), primary: true }, displayName: text(80), createdAt: time },
})

export const keys = new EntitySchema<KeyRow>({
  name: 'registry_key',
  columns: {
    keyId: { ...text(64), primary: true },
    publisherId: text(40),
    publicKey: { type: 'text' },
    validFrom: time,
    validUntil: { ...time, nullable: true },
    revokedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
  indices: [{ name: 'registry_key_publisher', columns: ['publisherId'] }],
})

export const tokens = new EntitySchema<TokenRow>({
  name: 'registry_token',
  columns: {
    id: { ...text(36), primary: true },
    publisherId: text(40),
    name: text(80),
    tokenHash: text(64),
    scopes: { type: 'simple-json' },
    createdAt: time,
    expiresAt: time,
    revokedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
  indices: [{ name: 'registry_token_hash', columns: ['tokenHash'], unique: true }],
})

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

export const entities = [publishers, keys, tokens, plugins, releases, downloads]
