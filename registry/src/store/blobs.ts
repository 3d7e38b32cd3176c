import { type FileHandle, mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BundleDigest } from '../bundle/digest.ts'
import { syncFolder } from './durable-file.ts'

/** Bundles on disk by digest. The folder belongs to one registry process. */
export interface BlobStore extends AsyncDisposable {
  /**
   * Moves a checked file of the same file system into place, before the transaction that names it. Until the answer is
   * released nobody removes the bytes; whoever fails afterwards releases and then removes them.
   */
  put(digest: BundleDigest, stagedFile: string): Promise<PlacedBlob>
  /** An open file to stream from, or `undefined` when there is none. The caller closes it. */
  open(digest: BundleDigest): Promise<FileHandle | undefined>
  /** All bytes at once, for bundles that are read by `readBundle`. */
  read(digest: BundleDigest): Promise<Buffer>
  /** Where the bytes of a digest are, if they are. */
  pathOf(digest: BundleDigest): string
  /** Removes the bytes unless `isKept` knows them or somebody is just placing them. */
  removeUnless(digest: BundleDigest, isKept: () => Promise<boolean>): Promise<void>
  /** Removes every blob that `isKept` does not know: what a crash left between file and row. */
  sweep(isKept: (digest: BundleDigest) => Promise<boolean>): Promise<void>
}

/** Bytes in place whose row is not there yet. */
export interface PlacedBlob {
  release(): void
}

const BLOB_FILE = /^([0-9a-f]{128})\.tgz$/

export async function openBlobStore(folder: string): Promise<BlobStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (digest: BundleDigest) => {
    const hex = digest.slice('sha512:'.length)
    return join(folder, hex.slice(0, 2), `${hex}.tgz`)
  }
  const folders = openFolders(folder)
  /** How many are placing a digest. */
  const placing = new Map<BundleDigest, number>()
  const removing = new Map<BundleDigest, Promise<void>>()
  const hold = (digest: BundleDigest): PlacedBlob => {
    placing.set(digest, (placing.get(digest) ?? 0) + 1)
    return {
      release() {
        const left = (placing.get(digest) ?? 1) - 1
        if (left === 0) placing.delete(digest)
        else placing.set(digest, left)
      },
    }
  }
  return {
    async put(digest, stagedFile) {
      const placed = hold(digest)
      try {
        await removing.get(digest)
        const path = pathOf(digest)
        const parent = await folders.open(dirname(path))
        await rename(stagedFile, path)
        await parent.sync()
        return placed
      } catch (error) {
        placed.release()
        throw error
      }
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
    async removeUnless(digest, isKept) {
      if ((await isKept()) || placing.has(digest)) return
      const work = rm(pathOf(digest), { force: true }).finally(() => removing.delete(digest))
      removing.set(digest, work)
      await work
    },
    async sweep(isKept) {
      for (const file of await readdir(folder, { recursive: true })) {
        const hex = BLOB_FILE.exec(file.slice(-132))?.[1]
        if (hex !== undefined && !(await isKept(`sha512:${hex}`))) await rm(join(folder, file))
      }
    },
    [Symbol.asyncDispose]: () => folders.close(),
  }
}

/** The 256 folders that blobs lie in, each made and opened once: to sync one is part of every publish. */
function openFolders(root: string) {
  const opened = new Map<string, Promise<FileHandle>>()
  const make = async (path: string): Promise<FileHandle> => {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await syncFolder(root)
    return open(path, 'r')
  }
  return {
    open(path: string): Promise<FileHandle> {
      const known = opened.get(path) ?? make(path)
      opened.set(path, known)
      // A folder that could not be made is tried again by the next one.
      known.catch(() => opened.delete(path))
      return known
    },
    async close(): Promise<void> {
      for (const folder of opened.values()) await (await folder).close()
      opened.clear()
    },
  }
}
