import type { PluginDetail, ReleaseDetail, registryRoutes as routes } from '@nexus/registry/contract'
import { maxSatisfying, rcompare } from 'semver'
import type { z } from 'zod'
import { mirrorError } from './errors.ts'
import { mirrorPath } from './mirror-files.ts'
import type { Mirror } from './open-mirror.ts'

type Query<Route extends { readonly query: z.ZodType }> = z.output<Route['query']>

/** Plugins of a mirror that are looked for. Sorted by name: a mirror has no downloads and no days. */
export function searchMirror({ plugins }: Mirror, query: Query<typeof routes.search>) {
  const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const found = plugins.filter((plugin) => {
    const text = JSON.stringify([plugin.id, plugin.displayName, plugin.description, plugin.keywords]).toLowerCase()
    return (
      words.every((word) => text.includes(word)) &&
      (query.kind === undefined || plugin.kind === query.kind) &&
      (query.publisher === undefined || plugin.publisher.id === query.publisher)
    )
  })
  const start = Number(query.cursor ?? 0)
  const end = start + query.limit
  return {
    items: found.slice(start, end).map(shownVersion),
    total: found.length,
    ...(end < found.length ? { nextCursor: String(end) } : {}),
  }
}

/** A plugin's page, about the versions that were carried. */
export async function pageOf(mirror: Mirror, id: string): Promise<PluginDetail> {
  const plugin = mirror.plugins.find((candidate) => candidate.id === id)
  if (plugin === undefined) throw missing(id)
  const shown = shownVersion(plugin)
  const latest = await releaseOf(mirror, id, shown.latestVersion)
  const { manifest, bundleDigest, size } = latest
  return { ...plugin, latestVersion: shown.latestVersion, manifest, bundleDigest, size }
}

export async function releaseOf(mirror: Mirror, id: string, version: string): Promise<ReleaseDetail> {
  const release = await mirror.release(id, version)
  if (release === undefined) throw missing(`${id}@${version}`)
  return release
}

/** The newest version that was carried, in a range, that nobody had withdrawn. */
export async function resolveInMirror(mirror: Mirror, id: string, range: string): Promise<ReleaseDetail> {
  const plugin = mirror.plugins.find((candidate) => candidate.id === id)
  const versions = (plugin?.versions ?? []).filter(({ yanked }) => !yanked).map(({ version }) => version)
  const found = maxSatisfying(versions, range) ?? (range === '*' ? versions.toSorted(rcompare)[0] : undefined)
  if (found === undefined || found === null) throw missing(`${id} in the range ${range}`)
  return releaseOf(mirror, id, found)
}

/** A leaf with its proof in the log as it was carried, or as it was before. */
export async function provenIn(mirror: Mirror, query: Query<typeof routes.logInclusion>) {
  const { id, version } = query
  const index =
    query.index ??
    (id === undefined || version === undefined ? undefined : (await releaseOf(mirror, id, version)).log?.record.index)
  const size = query.size ?? mirror.head.size
  if (index === undefined || index >= size || size > mirror.head.size) throw missing(`entry ${index ?? ''} of the log`)
  const [item] = await mirror.entries(index)
  const [last] = await mirror.entries(size - 1)
  if (item === undefined || last === undefined) throw missing(`entry ${index} of the log`)
  const { checkpoint: _, ...record } = item
  const hashes = mirror.tree.inclusion(index, size).map((hash) => hash.toString('hex'))
  return { record, proof: { index, size, hashes, checkpoint: last.checkpoint } }
}

export function consistencyIn({ tree }: Mirror, { from, to }: Query<typeof routes.logConsistency>) {
  if (from > to || to > tree.size) throw missing(`a log of ${to} entries`)
  return { from, to, hashes: tree.consistency(from, to).map((hash) => hash.toString('hex')) }
}

/** A TUF target, asked for with its hash in front. */
export async function targetOf(mirror: Mirror, file: string): Promise<string> {
  const text = await mirror.text(mirrorPath.target(file.split('.').slice(1).join('.')))
  if (text === undefined) throw missing(file)
  return text
}

export function missing(what: string) {
  return mirrorError(
    'MIRROR_MISSING',
    `Expected ${what} in the mirror, found nothing like it. Carry it over with a new mirror.`,
  )
}

/** The newest version that was carried counts as the newest of all. */
function shownVersion(plugin: PluginDetail): PluginDetail {
  const versions = plugin.versions.map(({ version }) => version)
  return {
    ...plugin,
    latestVersion: maxSatisfying(versions, '*') ?? versions.toSorted(rcompare)[0] ?? plugin.latestVersion,
  }
}
