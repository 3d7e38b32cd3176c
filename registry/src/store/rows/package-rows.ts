import { EntitySchema } from 'typeorm'
import type { Actor } from '../../accounts/actor.ts'
import type { SignatureBundle } from '../../contract/signature-bundle.ts'
import type { DistSignature } from '../../signing/dist-signature.ts'
import { belongsTo, text, time } from './columns.ts'

/** Who may read a package over npm: anyone, or those who may also publish it. */
export type PackageAccess = 'public' | 'restricted'

export interface PackageRow {
  /** `@publisher/name` or `name`. */
  name: string
  /** Null for a package without a scope. */
  publisherId: string | null
  access: PackageAccess
  /** Counts every change; the number in npm's `_rev`. */
  revision: number
  /** Publishing asks every account for a second factor, whatever the account itself wants. */
  requireSecondFactor: boolean
  createdAt: string
  modifiedAt: string
}

export interface PackageVersionRow {
  packageName: string
  version: string
  bundleDigest: string
  /** SHA-1 of the bundle in hex: what old npm clients compare. */
  shasum: string
  size: number
  fileCount: number
  unpackedSize: number
  /** What the packument says about this version, without `dist` and `deprecated`: JSON. */
  manifest: string
  /** Markdown, as far as the packument shows it. */
  readme: string
  /** npm's `dist.signatures`. */
  distSignatures: readonly DistSignature[]
  /** Sigstore bundles that came along with `npm publish --provenance-file`: JSON, null when there are none. */
  attestations: string | null
  publishedAt: string
  /** Name of the account, publisher or workflow that published. */
  publishedBy: string
  deprecated: string | null
  /** Set: the version was unpublished. The row stays, so that the version never returns. */
  unpublishedAt: string | null
}

export interface DistTagRow {
  packageName: string
  tag: string
  version: string
  movedAt: string
}

/** A version that waits for a decision. Its bundle is among the blobs; nothing else of it is visible. */
export interface StagedVersionRow {
  id: string
  packageName: string
  version: string
  bundleDigest: string
  size: number
  tag: string
  access: PackageAccess | null
  /** Why it waits: `staged` by its author, or held by a check, in words. */
  reason: string
  /** Waits for the author alone, or for a moderator too. */
  held: boolean
  signature: SignatureBundle | null
  attestations: string | null
  stagedAt: string
  stagedBy: string
  /** Who staged it: the name becomes theirs when it is approved and nobody's yet. */
  author: Actor
}

export interface StarRow {
  packageName: string
  accountName: string
}

const PACKAGE = 'registry_package'

export const packages = new EntitySchema<PackageRow>({
  name: PACKAGE,
  columns: {
    name: { ...text(214), primary: true },
    publisherId: { ...text(40), nullable: true },
    access: text(10),
    revision: { type: 'integer' },
    requireSecondFactor: { type: 'boolean' },
    createdAt: time,
    modifiedAt: time,
  },
  indices: [{ name: 'registry_package_publisher', columns: ['publisherId'] }],
})

export const packageVersions = new EntitySchema<PackageVersionRow>({
  name: 'registry_package_version',
  columns: {
    packageName: { ...text(214), primary: true },
    version: { ...text(256), primary: true },
    bundleDigest: text(135),
    shasum: text(40),
    size: { type: 'integer' },
    fileCount: { type: 'integer' },
    unpackedSize: { type: 'integer' },
    manifest: { type: 'text' },
    readme: { type: 'text' },
    distSignatures: { type: 'simple-json' },
    attestations: { type: 'text', nullable: true },
    publishedAt: time,
    publishedBy: text(80),
    deprecated: { type: 'text', nullable: true },
    unpublishedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(PACKAGE, 'packageName', 'name'),
  indices: [{ name: 'registry_package_version_digest', columns: ['bundleDigest'] }],
})

export const distTags = new EntitySchema<DistTagRow>({
  name: 'registry_dist_tag',
  columns: {
    packageName: { ...text(214), primary: true },
    tag: { ...text(100), primary: true },
    version: text(256),
    movedAt: time,
  },
  foreignKeys: belongsTo(PACKAGE, 'packageName', 'name'),
})

export const stagedVersions = new EntitySchema<StagedVersionRow>({
  name: 'registry_staged_version',
  columns: {
    id: { ...text(36), primary: true },
    packageName: text(214),
    version: text(256),
    bundleDigest: text(135),
    size: { type: 'integer' },
    tag: text(100),
    access: { ...text(10), nullable: true },
    reason: text(500),
    held: { type: 'boolean' },
    signature: { type: 'simple-json', nullable: true },
    attestations: { type: 'text', nullable: true },
    stagedAt: time,
    stagedBy: text(80),
    author: { type: 'simple-json' },
  },
  indices: [
    { name: 'registry_staged_version_package', columns: ['packageName'] },
    { name: 'registry_staged_version_digest', columns: ['bundleDigest'] },
  ],
})

export const stars = new EntitySchema<StarRow>({
  name: 'registry_star',
  columns: { packageName: { ...text(214), primary: true }, accountName: { ...text(64), primary: true } },
  foreignKeys: belongsTo(PACKAGE, 'packageName', 'name'),
  indices: [{ name: 'registry_star_account', columns: ['accountName'] }],
})
