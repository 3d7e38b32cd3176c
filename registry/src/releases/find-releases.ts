import type { PluginDetail, ReleaseDetail } from '../contract/plugins.ts'
import { rcompare } from 'semver'
import { registryError } from '../errors.ts'
import { findPublished } from '../log/read-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { publishers } from '../store/rows/publisher-rows.ts'
import { plugins, releases } from '../store/rows/release-rows.ts'
import { resolveVersion } from './latest-version.ts'
import { evidenceOf } from './release-evidence.ts'
import { toPluginSummary, toReleaseDetail, toReleaseSummary } from './present.ts'

/** A plugin's page. */
export async function getPlugin(store: RegistryStore, id: string): Promise<PluginDetail> {
  const plugin = await store.database.getRepository(plugins).findOneBy({ id })
  const rows = await store.database.getRepository(releases).findBy({ pluginId: id })
  const latest = rows.find(({ version }) => version === plugin?.latestVersion)
  const publisher =
    plugin === null ? null : await store.database.getRepository(publishers).findOneBy({ id: plugin.publisherId })
  if (plugin === null || latest === undefined || publisher === null) {
    throw registryError('PLUGIN_NOT_FOUND', `Expected a plugin ${id}, found none.`)
  }
  const { bundleDigest, size } = toReleaseSummary(latest)
  return {
    ...toPluginSummary(plugin, latest, publisher),
    versions: rows.toSorted((left, right) => rcompare(left.version, right.version)).map(toReleaseSummary),
    manifest: latest.manifest,
    bundleDigest,
    size,
    readmeHtml: latest.readmeHtml,
    changelogHtml: latest.changelogHtml,
  }
}

/** One release by its exact version, yanked or not. */
export async function getRelease(store: RegistryStore, pluginId: string, version: string): Promise<ReleaseDetail> {
  const row = await store.database.getRepository(releases).findOneBy({ pluginId, version })
  if (row === null) throw registryError('RELEASE_NOT_FOUND', `Expected a release ${pluginId}@${version}, found none.`)
  const log = await findPublished(store, { id: pluginId, version })
  const { provenance, ...evidence } = await evidenceOf(store, pluginId, version)
  const detail = toReleaseDetail(row)
  const signatures = provenance === undefined ? detail.signatures : { ...detail.signatures, provenance }
  return { ...detail, ...evidence, signatures, ...(log === undefined ? {} : { log }) }
}

/** The newest release in a range that is not yanked. */
export async function resolveRelease(store: RegistryStore, pluginId: string, range: string): Promise<ReleaseDetail> {
  const rows = await store.database
    .getRepository(releases)
    .find({ where: { pluginId }, select: { pluginId: true, version: true, yankedAt: true } })
  if (rows.length === 0) throw registryError('PLUGIN_NOT_FOUND', `Expected a plugin ${pluginId}, found none.`)
  const offered = rows.filter(({ yankedAt }) => yankedAt === null).map(({ version }) => version)
  const version = resolveVersion(offered, range)
  if (version === undefined) {
    throw registryError('RELEASE_NOT_FOUND', `Expected a release of ${pluginId} in the range, found none.`, {
      details: { range, versions: offered.slice(0, 50) },
    })
  }
  return getRelease(store, pluginId, version)
}

/** Withdraws a release from resolving, or lets it be resolved again. The bytes stay either way. */
export async function setYanked(
  store: RegistryStore,
  pluginId: string,
  version: string,
  yanked: boolean,
): Promise<void> {
  const { affected } = await store.database
    .getRepository(releases)
    .update({ pluginId, version }, { yankedAt: yanked ? new Date().toISOString() : null })
  if (affected === 0) throw registryError('RELEASE_NOT_FOUND', `Expected a release ${pluginId}@${version}, found none.`)
}
