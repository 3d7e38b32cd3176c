import { randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { digestBundle } from '@nexus/registry/bundle'
import { readLogKey } from '@nexus/registry/log'
import { createHttpAgent } from '../http-agent.ts'
import { isMissing, makePrivateFolder, syncFolder, writeDurably } from '../durable-file.ts'
import { auditLog, rememberedTrees, verifyLog } from '../log/index.ts'
import { createTufClient, openTufFolder, readOverHttp, targetPathOf, verifyTuf } from '../tuf/index.ts'
import { mirrorError } from './errors.ts'
import { BLOB_DIGITS } from './limits.ts'
import { mirrorPath } from './mirror-files.ts'
import { type Mirror, openMirror } from './open-mirror.ts'
import { readArchive } from './read-archive.ts'
import { serveMirror } from './serve-mirror.ts'

/** What was imported. */
export interface ImportedMirror {
  readonly folder: string
  readonly releases: readonly { readonly id: string; readonly version: string }[]
  readonly logSize: number
}

/** Where a host's mirror lies. */
function mirrorFolder(dataDir: string): string {
  return join(dataDir, 'mirror')
}

/**
 * Takes over a mirror from one file: unpacked strictly beside the one that is there, checked as a whole (every bundle,
 * the whole log, the metadata from the pinned root), then put in its place at once. Signatures are checked when a host
 * installs, as always.
 */
export async function importMirror(path: string, dataDir: string, now = new Date()): Promise<ImportedMirror> {
  const folder = mirrorFolder(dataDir)
  const staging = join(dataDir, `.mirror-${randomUUID()}`)
  const trash = `${staging}-old`
  try {
    await unpack(path, staging)
    const mirror = await openMirror(staging)
    const releases = await checkReleases(mirror, staging, dataDir)
    await checkMetadata(mirror, releases, { staging, dataDir, now })
    await rename(folder, trash).catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
    await rename(staging, folder)
    await syncFolder(dataDir)
    return { folder, releases: releases.map(({ id, version }) => ({ id, version })), logSize: mirror.head.size }
  } finally {
    await rm(staging, { recursive: true, force: true })
    await rm(trash, { recursive: true, force: true })
  }
}

async function unpack(path: string, staging: string): Promise<void> {
  await makePrivateFolder(staging)
  for await (const file of readArchive(path)) {
    const target = join(staging, file.path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await writeDurably(target, file.bytes, 0o600)
    if (!file.path.startsWith('blobs/')) continue
    const digest = digestBundle(file.bytes).slice('sha512:'.length, 'sha512:'.length + BLOB_DIGITS)
    if (file.path !== `blobs/${digest}.tgz`) throw refused(`the bytes of ${file.path}`, `those of ${digest}`)
  }
}

/** Every release has its bundle, and the log, computed anew, knows it. */
async function checkReleases(mirror: Mirror, staging: string, dataDir: string) {
  const releases = []
  for (const { id, versions } of mirror.plugins) {
    for (const { version } of versions) {
      const release = await mirror.release(id, version)
      if (release?.id !== id || release.version !== version) throw refused(`a release ${id}@${version}`, 'another')
      const bytes = await readFile(join(staging, mirrorPath.blob(release.bundleDigest))).catch(() => Buffer.alloc(0))
      if (digestBundle(bytes) !== release.bundleDigest) throw refused(`the bundle of ${id}@${version}`, 'none')
      releases.push(release)
    }
  }
  const { origin, publicKey, checkpoint, size } = mirror.head
  await checkLogKey(dataDir, publicKey)
  for (const release of releases) if (release.log !== undefined) verifyLog(release, release.log, readLogKey(publicKey))
  await auditLog(
    { identity: { origin, publicKey }, checkpoint, entries: readAll(mirror, size), catalogue: each(releases) },
    await rememberedTrees(dataDir, { origin, publicKey }),
  )
  return releases
}

async function checkLogKey(dataDir: string, publicKey: string): Promise<void> {
  const text = await readFile(join(dataDir, 'log-checkpoint.json'), 'utf8').catch(() => '{}')
  const pinned: unknown = Object(JSON.parse(text)).publicKey
  if (typeof pinned !== 'string') return
  const expected = readLogKey(pinned).origin
  const found = readLogKey(publicKey).origin
  if (expected !== found) throw refused(`the log ${expected}, which this host follows`, found)
}

async function* readAll(mirror: Mirror, size: number) {
  for (let start = 0; start < size;) {
    const items = await mirror.entries(start)
    if (items.length === 0) return
    yield* items
    start += items.length
  }
}

async function* each<Item>(items: readonly Item[]) {
  yield* items
}

/** Walks the metadata as a host will, on a copy of what it knows, so that a refused mirror leaves no trace. */
async function checkMetadata(
  mirror: Mirror,
  releases: Awaited<ReturnType<typeof checkReleases>>,
  { staging, dataDir, now }: { readonly staging: string; readonly dataDir: string; readonly now: Date },
): Promise<void> {
  const copy = `${staging}-tuf`
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(copy, { recursive: true, force: true }))
  const known = await openTufFolder(dataDir)
  const folder = await openTufFolder(copy)
  await cp(known.metadataDir, folder.metadataDir, { recursive: true })
  const served = stack.use(await serveMirror(staging))
  const agent = createHttpAgent()
  stack.defer(() => agent.destroy())
  const client = createTufClient(served.url, folder, readOverHttp(agent), { isCarried: true, now })
  for (const release of releases) {
    verifyTuf(release, await client.target(targetPathOf(release)), { version: 1 })
  }
  const log = await client.logIdentity()
  const found = readLogKey(mirror.head.publicKey).origin
  if (log.origin !== found) throw refused(`the log ${log.origin}, which root keys vouch for`, found)
}

function refused(expected: string, found: string) {
  return mirrorError('MIRROR_CONTENT', `Expected ${expected} in the mirror, found ${found}.`, {
    details: { expected, found },
  })
}
