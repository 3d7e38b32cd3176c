import type { LocalizedText } from '@nexus/plugin-api'
import type { VerifiedDomain } from '../contract/namespaces.ts'
import type { PluginSummary, ReleaseDetail, ReleaseSummary } from '../contract/plugins.ts'
import { publisherOf } from '../signing/subject.ts'
import { asBundleDigest, asFileDigest } from '../store/digests.ts'
import type { PublisherRow } from '../store/rows/publisher-rows.ts'
import type { PluginRow, ReleaseRow } from '../store/rows/release-rows.ts'

/** @param deprecated - the warning that its package version carries, if any. */
export function toReleaseSummary(row: ReleaseRow, deprecated?: string | null): ReleaseSummary {
  return {
    id: row.pluginId,
    version: row.version,
    bundleDigest: asBundleDigest(row.bundleDigest),
    size: row.size,
    publishedAt: row.publishedAt,
    yanked: row.yankedAt !== null,
    ...(row.yankReason === null ? {} : { yankReason: row.yankReason }),
    ...(row.revokedAt === null ? {} : { revoked: { at: row.revokedAt, reason: row.revokeReason ?? '' } }),
    ...(typeof deprecated === 'string' ? { deprecated } : {}),
  }
}

export function toReleaseDetail(row: ReleaseRow, deprecated?: string | null): ReleaseDetail {
  return {
    ...toReleaseSummary(row, deprecated),
    publisher: publisherOf(row.pluginId),
    manifest: row.manifest,
    manifestDigest: asFileDigest(row.manifestDigest),
    toolsDigest: asFileDigest(row.toolsDigest),
    signatures: { publish: row.publishSignature, admission: row.admissionSignature },
    ...(row.scan === null ? {} : { scan: { ...row.scan, findings: [...row.scan.findings] } }),
  }
}

export function toPluginSummary(
  plugin: PluginRow,
  latest: ReleaseRow,
  publisher: PublisherRow & { readonly verified?: VerifiedDomain | undefined },
): PluginSummary {
  const { kind, displayName, description, keywords, permissions } = latest.manifest
  return {
    id: plugin.id,
    publisher: {
      id: publisher.id,
      displayName: publisher.displayName,
      ...(publisher.verified === undefined ? {} : { verified: publisher.verified }),
    },
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
