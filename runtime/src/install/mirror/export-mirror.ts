import { rm } from 'node:fs/promises'
import {
  type LogPage,
  type PluginDetail,
  type ReleaseDetail,
  registryRoutes as routes,
  tufRoot,
  tufSnapshot,
  tufTargets,
  tufTimestamp,
} from '@nexus/registry/contract'
import { binOf } from '@nexus/registry/tuf'
import { type HttpAgent, createHttpAgent } from '../http-agent.ts'
import { renameDurably } from '../durable-file.ts'
import { createLogSource } from '../log/index.ts'
import { type RegistryClient, createRegistryClient } from '../registry-client.ts'
import { exchange } from '../registry-exchange.ts'
import { targetPathOf } from '../tuf/index.ts'
import { mirrorError } from './errors.ts'
import { MIRROR_LOG_PAGE } from './limits.ts'
import { mirrorPath } from './mirror-files.ts'
import { type ArchiveWriter, openArchiveWriter } from './write-archive.ts'

/** A release to carry: its newest version when none is named. */
export interface WantedRelease {
  readonly id: string
  readonly version?: string | undefined
}

/** What an export holds. */
export interface MirrorSummary {
  readonly releases: readonly { readonly id: string; readonly version: string }[]
  readonly logSize: number
  readonly bytes: number
}

/** Writes releases of a registry, with everything that a host needs to verify them, into one new file. */
export async function exportMirror(
  url: string,
  wanted: readonly WantedRelease[] | 'all',
  path: string,
): Promise<MirrorSummary> {
  await using registry = createRegistryClient(url)
  const agent = createHttpAgent()
  const draft = `${path}.part`
  await rm(draft, { force: true })
  const writer = await openArchiveWriter(draft)
  try {
    const asked = wanted === 'all' ? await listAll(registry) : wanted
    const chosen = await chooseReleases(registry, asked)
    const get = (file: string) => exchange(url, agent, { route: routes.tufMetadata, params: { file } })
    const target = (file: string) => exchange(url, agent, { route: routes.tufTarget, params: { file } })
    // Metadata first: they are never newer than the log and the releases that follow.
    await addMetadata(writer, get, target, chosen)
    const summary = await addReleases(writer, registry, chosen)
    const logSize = await addLog(writer, url, agent)
    await writer.add(mirrorPath.trustRoot, JSON.stringify(await registry.trustRoot()))
    const manifest = { kind: 'nexus-mirror', version: 1, releases: summary.releases }
    await writer.add(mirrorPath.manifest, JSON.stringify(manifest))
    await writer.finish()
    await writer.close()
    await renameDurably(draft, path)
    return { ...summary, logSize }
  } finally {
    await writer.close().catch(() => {})
    await rm(draft, { force: true })
    await agent.destroy()
  }
}

async function listAll(registry: RegistryClient): Promise<readonly WantedRelease[]> {
  const found: WantedRelease[] = []
  for (let cursor: string | undefined; ;) {
    const page = await registry.search({ limit: 100, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items.map(({ id }) => ({ id })))
    cursor = page.nextCursor
    if (cursor === undefined) return found
  }
}

/** Details by plugin, so that a plugin of which several versions are carried has one page. */
async function chooseReleases(registry: RegistryClient, wanted: readonly WantedRelease[]) {
  const chosen = new Map<string, { readonly plugin: PluginDetail; readonly releases: ReleaseDetail[] }>()
  for (const { id, version } of wanted) {
    const entry = chosen.get(id) ?? { plugin: await registry.plugin(id), releases: [] }
    chosen.set(id, entry)
    const release = version === undefined ? await registry.resolve(id, '*') : await registry.release(id, version)
    if (!entry.releases.some((known) => known.version === release.version)) entry.releases.push(release)
  }
  return chosen
}

type Chosen = Awaited<ReturnType<typeof chooseReleases>>

async function addReleases(writer: ArchiveWriter, registry: RegistryClient, chosen: Chosen) {
  let bytes = 0
  const names: { id: string; version: string }[] = []
  for (const [id, { plugin, releases }] of chosen) {
    for (const release of releases) {
      const bundle = await registry.download(release.bundleDigest)
      await writer.add(mirrorPath.blob(release.bundleDigest), bundle)
      await writer.add(mirrorPath.release(id, release.version), JSON.stringify(release))
      bytes += bundle.length
      names.push({ id, version: release.version })
    }
    const versions = plugin.versions.filter(({ version }) => releases.some((release) => release.version === version))
    await writer.add(mirrorPath.plugin(id), JSON.stringify({ ...plugin, versions }))
  }
  return { releases: names, bytes }
}

async function addMetadata(
  writer: ArchiveWriter,
  get: (file: string) => Promise<Buffer>,
  target: (file: string) => Promise<Buffer>,
  chosen: Chosen,
): Promise<void> {
  const add = async (file: string): Promise<unknown> => {
    const bytes = await get(file)
    await writer.add(mirrorPath.metadata(file), bytes)
    return JSON.parse(bytes.toString('utf8'))
  }
  const timestamp = tufTimestamp.parse(await add('timestamp.json')).signed
  const snapshot = tufSnapshot.parse(await add(`${timestamp.meta['snapshot.json'].version}.snapshot.json`)).signed
  const root = tufRoot.parse(await add('root.json')).signed
  for (let version = 1; version <= root.version; version += 1) await add(`${version}.root.json`)
  const names = ['trusted_root.json', 'keys.json', 'revocations.json']
  const releases = [...chosen.values()].flatMap((entry) => entry.releases)
  const roles = ['targets', ...new Set([...names, ...releases.map(targetPathOf)].map(binOf))]
  const hashes = new Map<string, string>()
  for (const role of roles) {
    const version = snapshot.meta[`${role}.json`]?.version
    if (version === undefined) continue
    const { targets } = tufTargets.parse(await add(`${version}.${role}.json`)).signed
    for (const name of names) {
      const hash = targets[name]?.hashes['sha512']
      if (hash !== undefined) hashes.set(name, hash)
    }
  }
  for (const name of names) {
    const hash = hashes.get(name)
    if (hash === undefined) throw mirrorError('MIRROR_CONTENT', `Expected ${name} among the targets, found none.`)
    await writer.add(mirrorPath.target(name), await target(`${hash}.${name}`))
  }
}

/** The whole log: only so can a host that follows it be sure that nothing was left out. */
async function addLog(writer: ArchiveWriter, url: string, agent: HttpAgent): Promise<number> {
  const source = createLogSource(url, agent)
  const head = await source.head()
  await writer.add(mirrorPath.logHead, JSON.stringify(head))
  for (let start = 0; start < head.size; start += MIRROR_LOG_PAGE) {
    const page: LogPage = await source.entries(start, Math.min(MIRROR_LOG_PAGE, head.size - start))
    await writer.add(mirrorPath.logEntries(start), JSON.stringify({ ...page, size: head.size }))
  }
  return head.size
}
