import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { registryError } from '../errors.ts'
import { packageError } from '../packages/errors.ts'
import { tarballName } from '../packages/names.ts'
import { releases } from '../store/rows/release-rows.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { DownloadCounter } from '../releases/count-downloads.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { packageVersions, packages } from '../store/rows/package-rows.ts'
import { KNOWN_TARBALLS, SEND_CHUNK_BYTES } from './limits.ts'
import { type NpmHandler, param } from './npm-request.ts'
import { requireReader } from './packuments.ts'

/** What is known about the bundle behind a path. */
interface Tarball {
  readonly digest: `sha512:${string}`
  readonly size: number
  readonly restricted: boolean
  /** Of a release: its downloads are counted. */
  readonly isRelease: boolean
}

/** `GET /name/-/name-1.2.3.tgz`. */
export function createTarballHandler(store: RegistryStore, downloads: DownloadCounter): NpmHandler {
  const known = new Map<string, Map<string, Tarball>>()
  store.changes.listen((name, change) => {
    if (change === 'document') known.delete(name)
  })
  return async (input) => {
    const name = param(input, 'package')
    const file = param(input, 'file').split('/').at(-1) ?? ''
    const found = known.get(name)?.get(file) ?? (await findTarball(store, name, file))
    if (found === undefined) throw noTarball(name, file)
    remember(known, name, file, found)
    if (found.restricted) await requireReader(store, input, name)
    await send(store, input.request, input.response, found)
    if (found.isRelease && input.request.method === 'GET') downloads.count(found.digest)
    return undefined
  }
}

/** Finds the version whose bundle a file name means: the version is what is left of the name without its ends. */
async function findTarball(store: RegistryStore, name: string, file: string): Promise<Tarball | undefined> {
  const prefix = tarballName(name, '').slice(0, -'.tgz'.length)
  if (!file.startsWith(prefix) || !file.endsWith('.tgz')) return undefined
  const version = file.slice(prefix.length, -'.tgz'.length)
  const row = await store.database.getRepository(packageVersions).findOne({
    where: { packageName: name, version, unpublishedAt: isNull() },
    select: { packageName: true, version: true, bundleDigest: true, size: true },
  })
  const owner = row === null ? null : await store.database.getRepository(packages).findOneBy({ name })
  if (row === null || owner === null) return undefined
  const release = await store.database.getRepository(releases).findOne({
    where: { pluginId: name.slice(1), version },
    select: { pluginId: true, version: true, revokedAt: true, revokeReason: true },
  })
  if (release !== null && release.revokedAt !== null) {
    throw packageError(
      'VERSION_REVOKED',
      `Expected a version that may be used, found ${version}, which was revoked: ${release.revokeReason}`,
    )
  }
  return {
    digest: asBundleDigest(row.bundleDigest),
    size: row.size,
    restricted: owner.access === 'restricted',
    isRelease: release !== null,
  }
}

function remember(known: Map<string, Map<string, Tarball>>, name: string, file: string, tarball: Tarball): void {
  const files = known.get(name) ?? new Map<string, Tarball>()
  files.set(file, tarball)
  known.set(name, files)
  const oldest = known.keys().next().value
  if (known.size > KNOWN_TARBALLS && oldest !== undefined) known.delete(oldest)
}

/** Bytes never change: whoever has them may keep them for ever. */
async function send(
  store: RegistryStore,
  request: IncomingMessage,
  response: ServerResponse,
  { digest, size, restricted }: Tarball,
): Promise<void> {
  const etag = `"${digest}"`
  const headers = {
    etag,
    'cache-control': `${restricted ? 'private' : 'public'}, max-age=31536000, immutable`,
    'content-type': 'application/octet-stream',
  }
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end()
    return
  }
  if (request.method === 'HEAD') {
    response.writeHead(200, { ...headers, 'content-length': size }).end()
    return
  }
  const file = await store.blobs.open(digest)
  if (file === undefined) throw registryError('BLOB_NOT_FOUND', 'Expected a bundle with this digest, found none.')
  try {
    response.writeHead(200, { ...headers, 'content-length': size })
    await pump(file, size, response)
  } finally {
    await file.close()
  }
}

/** Reads ahead of the socket by one piece, so that disk and network work at the same time. */
async function pump(file: FileHandle, size: number, response: ServerResponse): Promise<void> {
  for (let offset = 0; offset < size && !response.destroyed && response.socket?.destroyed === false;) {
    const piece = Buffer.allocUnsafeSlow(Math.min(SEND_CHUNK_BYTES, size - offset))
    const { bytesRead } = await file.read(piece, 0, piece.length, offset)
    if (bytesRead === 0) throw new Error('Expected the bundle to be as long as it was.')
    offset += bytesRead
    if (!response.write(piece.subarray(0, bytesRead)) && offset < size) await drained(response)
  }
  response.end()
}

/** Resolves when the socket takes more, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  // Whoever is gone already says so no more: waiting for it would keep the file open for ever.
  if (response.destroyed || response.socket?.destroyed !== false) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.once('drain', done).once('close', done)
  })
}

function noTarball(name: string, file: string) {
  return packageError('VERSION_NOT_FOUND', `Expected a bundle ${file.slice(0, 300)} of ${name}, found none.`)
}
