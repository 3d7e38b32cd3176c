import { type FileHandle, mkdir, open, readFile, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BundleDigest } from '../bundle/digest.ts'
import { renameDurably, syncFolder } from './durable-file.ts'

/** Bundles on disk by digest. The folder belongs to one registry process. */
export interface BlobStore {
  /** Moves a checked file of the same file system into place. */
  put(digest: BundleDigest, stagedFile: string): Promise<void>
  /** An open file to stream from, or `undefined` when there is none. The caller closes it. */
  open(digest: BundleDigest): Promise<FileHandle | undefined>
  /** All bytes at once, for bundles that are read by `readBundle`. */
  read(digest: BundleDigest): Promise<Buffer>
  /** Where the bytes of a digest are, if they are. */
  pathOf(digest: BundleDigest): string
  remove(digest: BundleDigest): Promise<void>
  /** Removes every blob that `isKept` does not know: what a crash left between file and row. */
  sweep(isKept: (digest: BundleDigest) => Promise<boolean>): Promise<void>
}

const BLOB_FILE = /^([0-9a-f]{128})\.tgz$/

export async function openBlobStore(folder: string): Promise<BlobStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (digest: BundleDigest) => {
    const hex = digest.slice('sha512:'.length)
    return join(folder, hex.slice(0, 2), `${hex}.tgz`)
  }
  const known = new Set<string>()
  /** There are 256 folders at most; each is made and synced once. */
  const prepare = async (path: string): Promise<void> => {
    if (known.has(path)) return
    await mkdir(path, { recursive: true, mode: 0o700 })
    await syncFolder(folder)
    known.add(path)
  }
  return {
    async put(digest, stagedFile) {
      const path = pathOf(digest)
      await prepare(dirname(path))
      await renameDurably(stagedFile, path)
    },
    async open(digest) {
      try {
        return await open(pathOf(digest), 'r')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    read: (digest) => readFile(pathOf(digest)),
    pathOf,
    remove: (digest) => rm(pathOf(digest), { force: true }),
    async sweep(isKept) {
      for (const file of await readdir(folder, { recursive: true })) {
        const hex = BLOB_FILE.exec(file.slice(-132))?.[1]
        if (hex !== undefined && !(await isKept(`sha512:${hex}`))) await rm(join(folder, file))
      }
    },
  }
}
