import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BundleDigest } from '../bundle/digest.ts'
import { MAX_BUNDLE_BYTES } from '../bundle/limits.ts'
import { registryError } from '../errors.ts'
import { MAX_PENDING_UPLOADS, UPLOAD_LIFETIME_MS } from '../limits.ts'

/** Bytes that were received but belong to no release yet. */
interface PendingUpload {
  readonly uploadId: string
  readonly bundleDigest: BundleDigest
  readonly size: number
  readonly expiresAt: string
}

/** Received files that wait to be published. Files name their uploader: nobody can publish another's upload. */
export interface UploadStore {
  receive(uploader: string, body: AsyncIterable<unknown>): Promise<PendingUpload>
  /** Takes an upload out of waiting; exactly one caller can. Gives the file, which the caller removes. */
  claim(uploader: string, uploadId: string): Promise<string>
  /** A new empty file for a bundle that is published in the request that brings it. The caller closes and removes it. */
  openDraft(): Promise<Draft>
}

/** A bundle that is being received. */
export interface Draft {
  readonly path: string
  readonly file: FileHandle
}

/** Opens the folder and removes everything in it: an upload does not outlive the process that received it. */
export async function openUploadStore(folder: string): Promise<UploadStore> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const waiting = (uploader: string, uploadId: string) => join(folder, `${uploader}.${uploadId}.tgz`)
  return {
    async receive(uploader, body) {
      await makeRoom(folder, uploader)
      const uploadId = randomUUID()
      const partial = join(folder, `${uploadId}.partial`)
      try {
        const received = await write(partial, body)
        await rename(partial, waiting(uploader, uploadId))
        return { uploadId, ...received, expiresAt: new Date(Date.now() + UPLOAD_LIFETIME_MS).toISOString() }
      } finally {
        await rm(partial, { force: true })
      }
    },
    async openDraft() {
      const path = join(folder, `${randomUUID()}.draft`)
      return { path, file: await open(path, 'wx', 0o600) }
    },
    async claim(uploader, uploadId) {
      const claimed = join(folder, `${uploadId}.claimed`)
      try {
        await rename(waiting(uploader, uploadId), claimed)
        return claimed
      } catch (cause) {
        throw registryError(
          'UPLOAD_NOT_FOUND',
          'Expected an upload of yours that waits, found none. Upload the bundle again.',
          { cause },
        )
      }
    },
  }
}

async function write(
  path: string,
  body: AsyncIterable<unknown>,
): Promise<{ bundleDigest: BundleDigest; size: number }> {
  const hash = createHash('sha512')
  let size = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected a stream of bytes.')
      size += chunk.length
      if (size > MAX_BUNDLE_BYTES) {
        throw registryError('BODY_TOO_LARGE', `Expected a bundle of at most ${MAX_BUNDLE_BYTES} bytes, found more.`)
      }
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { bundleDigest: `sha512:${hash.digest('hex')}`, size }
}

async function makeRoom(folder: string, uploader: string): Promise<void> {
  let count = 0
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.tgz')) continue
    const path = join(folder, name)
    const info = await stat(path).catch(() => undefined)
    if (info === undefined) continue
    if (info.mtimeMs + UPLOAD_LIFETIME_MS < Date.now()) await rm(path, { force: true })
    else if (name.startsWith(`${uploader}.`)) count += 1
  }
  if (count < MAX_PENDING_UPLOADS) return
  throw registryError(
    'TOO_MANY_UPLOADS',
    `Expected at most ${MAX_PENDING_UPLOADS} uploads that wait, found as many. Publish them or wait until they expire.`,
  )
}
