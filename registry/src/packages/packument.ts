import { createHash } from 'node:crypto'
import { latestVersion } from '../releases/latest-version.ts'
import { integrityOf } from '../signing/dist-signature.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { PackageVersionRow } from '../store/rows/package-rows.ts'
import { MAX_README_CHARACTERS } from './limits.ts'
import type { PackageDocument } from './find-package.ts'
import { tarballName } from './names.ts'

/** Where clients reach the registry, without a slash at the end. */
export interface PackumentContext {
  readonly baseUrl: string
}

/** Members that an installing client needs. Source: npm registry docs, package metadata, abbreviated. */
const ABBREVIATED = [
  'name',
  'version',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'bundleDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'acceptDependencies',
  'bin',
  'directories',
  'engines',
  'os',
  'cpu',
  'libc',
  'funding',
  'hasInstallScript',
  '_hasShrinkwrap',
]
/** Members that a packument repeats from its newest version. */
const REPEATED = ['description', 'homepage', 'keywords', 'repository', 'author', 'bugs', 'license', 'contributors']

/** The whole packument, as JSON. */
export function writePackument(document: PackageDocument, context: PackumentContext): string {
  const { row, maintainers } = document
  const versions = published(document)
  const newest = newestOf(document, versions)
  const shown = newest === undefined ? {} : { ...Object(JSON.parse(newest.manifest)) }
  const head = {
    _id: row.name,
    _rev: revisionOf(row),
    name: row.name,
    'dist-tags': shownTags(document, versions),
    time: timesOf(document),
    maintainers,
    ...Object.fromEntries(REPEATED.flatMap((key) => (key in shown ? [[key, shown[key]]] : []))),
    readme: newest === undefined || newest.readme === '' ? 'ERROR: No README data found!' : newest.readme,
    readmeFilename: newest === undefined || newest.readme === '' ? '' : 'README.md',
    users: Object.fromEntries(document.stars.map((name) => [name, true])),
  }
  return joinVersions(
    head,
    versions.map((version) => [version.version, writeVersion(version, context)]),
  )
}

/** What installing clients ask for with `application/vnd.npm.install-v1+json`. */
export function writeAbbreviatedPackument(document: PackageDocument, context: PackumentContext): string {
  const versions = published(document)
  const { name, modifiedAt } = document.row
  return joinVersions(
    { name, modified: modifiedAt, 'dist-tags': shownTags(document, versions) },
    versions.map((version) => [version.version, writeAbbreviatedVersion(version, context)]),
  )
}

/** One version as its own document, and as the member of a packument. */
export function writeVersion(row: PackageVersionRow, context: PackumentContext): string {
  const registry = {
    _npmUser: { name: row.publishedBy },
    ...distOf(row, context),
    ...(row.deprecated === null ? {} : { deprecated: row.deprecated }),
  }
  return `${row.manifest.slice(0, -1)},${JSON.stringify(registry).slice(1)}`
}

/** Counts changes, so that a client that read an older packument cannot write over a newer one. */
export function revisionOf(row: { readonly name: string; readonly revision: number }): string {
  return `${row.revision}-${createHash('sha256').update(`${row.name}:${row.revision}`).digest('hex').slice(0, 32)}`
}

export function tarballUrl(baseUrl: string, name: string, version: string): string {
  return `${baseUrl}/${name}/-/${tarballName(name, version)}`
}

/** A README as a packument shows it: cut, because every full packument carries it. */
export function shownReadme(readme: string | undefined): string {
  return (readme ?? '').slice(0, MAX_README_CHARACTERS)
}

function writeAbbreviatedVersion(row: PackageVersionRow, context: PackumentContext): string {
  const manifest: Record<string, unknown> = { ...Object(JSON.parse(row.manifest)) }
  return JSON.stringify({
    ...Object.fromEntries(ABBREVIATED.flatMap((key) => (key in manifest ? [[key, manifest[key]]] : []))),
    ...distOf(row, context),
    ...(row.deprecated === null ? {} : { deprecated: row.deprecated }),
  })
}

function distOf(row: PackageVersionRow, { baseUrl }: PackumentContext) {
  const { packageName, version } = row
  return {
    dist: {
      integrity: integrityOf(asBundleDigest(row.bundleDigest)),
      shasum: row.shasum,
      tarball: tarballUrl(baseUrl, packageName, version),
      fileCount: row.fileCount,
      unpackedSize: row.unpackedSize,
      signatures: row.distSignatures,
      ...(row.attestations === null ? {} : { attestations: attestationsOf(row, baseUrl) }),
    },
  }
}

function attestationsOf({ packageName, version }: PackageVersionRow, baseUrl: string) {
  return {
    url: `${baseUrl}/-/npm/v1/attestations/${packageName.replace('/', '%2f')}@${version}`,
    provenance: { predicateType: 'https://slsa.dev/provenance/v1' },
  }
}

function published({ versions, withdrawn }: PackageDocument): readonly PackageVersionRow[] {
  return versions.filter(({ version, unpublishedAt }) => unpublishedAt === null && !withdrawn.has(version))
}

function newestOf(document: PackageDocument, versions: readonly PackageVersionRow[]): PackageVersionRow | undefined {
  const { latest } = shownTags(document, versions)
  return versions.find(({ version }) => version === latest)
}

/** Dist-tags of withdrawn versions are not shown; `latest` then means the newest that is left. */
function shownTags(
  { tags }: PackageDocument,
  versions: readonly PackageVersionRow[],
): Readonly<Record<string, string>> {
  const numbers = versions.map(({ version }) => version)
  const shown = Object.fromEntries(
    tags.filter(({ version }) => numbers.includes(version)).map(({ tag, version }) => [tag, version]),
  )
  const newest = latestVersion(numbers)
  return newest === undefined || 'latest' in shown ? shown : { ...shown, latest: newest }
}

/** When each version came, also those that are gone: their numbers are taken for ever. */
function timesOf({ row, versions }: PackageDocument): Readonly<Record<string, string>> {
  return {
    created: row.createdAt,
    modified: row.modifiedAt,
    ...Object.fromEntries(versions.map(({ version, publishedAt }) => [version, publishedAt])),
  }
}

/** The versions are JSON already; parsing them to write them again would be most of the work. */
function joinVersions(
  head: Readonly<Record<string, unknown>>,
  versions: readonly (readonly [string, string])[],
): string {
  const members = versions.map(([version, text]) => `${JSON.stringify(version)}:${text}`).join(',')
  return `${JSON.stringify(head).slice(0, -1)},"versions":{${members}}}`
}
