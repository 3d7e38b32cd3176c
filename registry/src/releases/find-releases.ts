import { rcompare, satisfies } from 'semver'
import type { PluginDetail, ReleaseDetail } from '../contract/plugins.ts'
import { registryError } from '../errors.ts'
import { findPublished } from '../log/read-log.ts'
import { listTags } from '../packages/dist-tags.ts'
import { packageNameOf } from '../packages/names.ts'
import { verifiedDomains } from '../publishers/namespace-proof.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { packageVersions } from '../store/rows/package-rows.ts'
import { publishers } from '../store/rows/publisher-rows.ts'
import { type ReleaseRow, plugins, releases } from '../store/rows/release-rows.ts'
import { resolveVersion } from './latest-version.ts'
import { toPluginSummary, toReleaseDetail, toReleaseSummary } from './present.ts'
import { evidenceOf } from './release-evidence.ts'
import { rolloutsOf } from './roll-out.ts'

/** A plugin's page. */
export async function getPlugin(store: RegistryStore, id: string): Promise<PluginDetail> {
  const plugin = await store.database.getRepository(plugins).findOneBy({ id })
  const rows = await store.database.getRepository(releases).findBy({ pluginId: id })
  const latest = rows.find(({ version }) => version === plugin?.latestVersion)
  const publisher =
    plugin === null ? null : await store.database.getRepository(publishers).findOneBy({ id: plugin.publisherId })
  if (plugin === null || latest === undefined || publisher === null) throw pluginNotFound(id)
  const { bundleDigest, size } = toReleaseSummary(latest)
  const warnings = await warningsOf(store, id)
  const rollouts = await rolloutsOf(store, id)
  const domains = await verifiedDomains(store, [publisher.id])
  return {
    ...toPluginSummary(plugin, latest, { ...publisher, verified: domains.get(publisher.id) }),
    versions: rows
      .toSorted((left, right) => rcompare(left.version, right.version))
      .map((row) => withRollout(toReleaseSummary(row, warnings.get(row.version)), rollouts.get(row.version))),
    channels: await channelsOf(store, id, rows),
    manifest: latest.manifest,
    bundleDigest,
    size,
    readmeHtml: latest.readmeHtml,
    changelogHtml: latest.changelogHtml,
  }
}

function withRollout<Release extends object>(release: Release, rollout: { readonly percent: number } | undefined) {
  return rollout === undefined ? release : { ...release, rollout }
}

/** One release by its exact version, withdrawn or not. */
export async function getRelease(store: RegistryStore, pluginId: string, version: string): Promise<ReleaseDetail> {
  const row = await store.database.getRepository(releases).findOneBy({ pluginId, version })
  if (row === null) throw releaseNotFound(pluginId, version)
  const log = await findPublished(store, { id: pluginId, version })
  const tags = await listTags(store, packageNameOf(pluginId))
  const { provenance, ...evidence } = await evidenceOf(store, pluginId, version)
  const detail = toReleaseDetail(row, (await warningsOf(store, pluginId, version)).get(version))
  const rollout = (await rolloutsOf(store, pluginId)).get(version)
  return {
    ...withRollout(detail, rollout),
    ...evidence,
    ...(provenance === undefined ? {} : { signatures: { ...detail.signatures, provenance } }),
    channels: Object.keys(tags).filter((tag) => tags[tag] === version),
    ...(log === undefined ? {} : { log }),
  }
}

/** The newest release in a range that is not withdrawn; with a channel, the release that the channel means. */
export async function resolveRelease(
  store: RegistryStore,
  pluginId: string,
  { range, channel }: { readonly range: string; readonly channel?: string | undefined },
): Promise<ReleaseDetail> {
  const rows = await store.database.getRepository(releases).find({
    where: { pluginId },
    select: { pluginId: true, version: true, yankedAt: true, revokedAt: true },
  })
  if (rows.length === 0) throw pluginNotFound(pluginId)
  const offered = rows.filter(isOffered).map(({ version }) => version)
  const version =
    channel === undefined ? resolveVersion(offered, range) : await inChannel(store, pluginId, channel, offered)
  if (version === undefined || (channel !== undefined && !satisfies(version, range, { includePrerelease: true }))) {
    throw registryError('RELEASE_NOT_FOUND', `Expected a release of ${pluginId} in the range, found none.`, {
      details: { range, ...(channel === undefined ? {} : { channel }), versions: offered.slice(0, 50) },
    })
  }
  return getRelease(store, pluginId, version)
}

export function pluginNotFound(id: string) {
  return registryError('PLUGIN_NOT_FOUND', `Expected a plugin ${id}, found none.`)
}

export function releaseNotFound(pluginId: string, version: string) {
  return registryError('RELEASE_NOT_FOUND', `Expected a release ${pluginId}@${version}, found none.`)
}

function isOffered({ yankedAt, revokedAt }: Pick<ReleaseRow, 'yankedAt' | 'revokedAt'>): boolean {
  return yankedAt === null && revokedAt === null
}

async function inChannel(
  store: RegistryStore,
  pluginId: string,
  channel: string,
  offered: readonly string[],
): Promise<string | undefined> {
  const version = (await listTags(store, packageNameOf(pluginId)))[channel]
  return version !== undefined && offered.includes(version) ? version : undefined
}

/** Channels whose version is a release; a dist-tag may also mean a version that nobody has signed yet. */
async function channelsOf(
  store: RegistryStore,
  pluginId: string,
  rows: readonly ReleaseRow[],
): Promise<Readonly<Record<string, string>>> {
  const tags = await listTags(store, packageNameOf(pluginId))
  return Object.fromEntries(Object.entries(tags).filter(([, version]) => rows.some((row) => row.version === version)))
}

/** Warnings by version. */
async function warningsOf(
  store: RegistryStore,
  pluginId: string,
  version?: string,
): Promise<ReadonlyMap<string, string | null>> {
  const rows = await store.database.getRepository(packageVersions).find({
    where: { packageName: packageNameOf(pluginId), ...(version === undefined ? {} : { version }) },
    select: { packageName: true, version: true, deprecated: true },
  })
  return new Map(rows.map((row) => [row.version, row.deprecated]))
}
