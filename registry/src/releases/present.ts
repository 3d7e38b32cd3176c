import type { LocalizedText } from '@nexus/plugin-api'
import type { BundleDigest, FileDigest } from '../bundle/digest.ts'
import type { PluginSummary, ReleaseDetail, ReleaseSummary } from '../contract/plugins.ts'
import { publisherOf } from '../signing/subject.ts'
import type { PublisherRow } from '../store/rows/publisher-rows.ts'
import type { PluginRow, ReleaseRow } from '../store/rows/release-rows.ts'

/** Rows as the contract shows them. Digests were made by the reader and stored by us: their form is known. */
function asBundleDigest(text: string): BundleDigest {
  return `sha512:${text.slice('sha512:'.length)}`
}

function asFileDigest(text: string): FileDigest {
  return `sha256:${text.slice('sha256:'.length)}`
}

export function toReleaseSummary(row: ReleaseRow): ReleaseSummary {
  return {
    id: row.pluginId,
    version: row.version,
    bundleDigest: asBundleDigest(row.bundleDigest),
    size: row.size,
    publishedAt: row.publishedAt,
    yanked: row.yankedAt !== null,
  }
}

export function toReleaseDetail(row: ReleaseRow): ReleaseDetail {
  return {
    ...toReleaseSummary(row),
    publisher: publisherOf(row.pluginId),
    manifest: row.manifest,
    manifestDigest: asFileDigest(row.manifestDigest),
    toolsDigest: asFileDigest(row.toolsDigest),
    signatures: { publish: row.publishSignature, admission: row.admissionSignature },
  }
}

export function toPluginSummary(plugin: PluginRow, latest: ReleaseRow, publisher: PublisherRow): PluginSummary {
  const { kind, displayName, description, keywords, permissions } = latest.manifest
  return {
    id: plugin.id,
    publisher: { id: publisher.id, displayName: publisher.displayName },
    kind,
    displayName,
    description,
    keywords,
    permissions,
    latestVersion: plugin.latestVersion,
    publishedAt: latest.publishedAt,
    downloads: plugin.downloads,
  }
}

/** The text in English, which every localized text has. */
export function inEnglish(text: LocalizedText): string {
  return typeof text === 'string' ? text : text.en
}
