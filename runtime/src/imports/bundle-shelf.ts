import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import type { InstallationRow } from '../store/store.ts'
import { importError } from './errors.ts'
import { HELD_BUNDLE_MS, MAX_BUNDLE_BYTES } from './limits.ts'
import { unpackBundle } from './read-zip.ts'

/** MCPB bundles on this host: held while a person decides, unpacked once they are to run. */
export interface BundleShelf {
  /** Keeps the bytes if they have this SHA-256; refuses them otherwise. */
  hold(bytes: AsyncIterable<Uint8Array>, sha256: string): Promise<void>
  /** Path of a held bundle. */
  held(sha256: string): Promise<string>
  /** Where a bundle is, or will be, unpacked. */
  folder(sha256: string): string
  /** Unpacks a held bundle, once. */
  unpack(sha256: string): Promise<void>
  /** Forgets what nobody decided on, and what no installation runs any more. */
  sweep(rows: readonly Pick<InstallationRow, 'config'>[]): Promise<void>
}

export async function openBundleShelf(root: string): Promise<BundleShelf> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const fileOf = (sha256: string) => join(root, `${sha256}.mcpb`)
  const folderOf = (sha256: string) => join(root, sha256)
  return {
    folder: folderOf,
    async hold(bytes, sha256) {
      const staged = join(root, `.${randomUUID()}`)
      try {
        const found = await receive(bytes, staged)
        if (found !== sha256) {
          throw importError(
            'IMPORT_BUNDLE_DIGEST',
            `Expected the bundle with the SHA-256 ${sha256}, found one with ${found}. Do not install it before you know why.`,
            { details: { expected: sha256, found } },
          )
        }
        await rename(staged, fileOf(sha256))
      } finally {
        await rm(staged, { force: true })
      }
    },
    async held(sha256) {
      if (await exists(fileOf(sha256))) return fileOf(sha256)
      throw importError(
        'IMPORT_BUNDLE_UNKNOWN',
        'Expected a bundle that was uploaded here, found none. Upload it again.',
      )
    },
    async unpack(sha256) {
      if (await exists(folderOf(sha256))) return
      const staged = join(root, `.${randomUUID()}`)
      try {
        await unpackBundle(fileOf(sha256), staged)
        await rename(staged, folderOf(sha256))
      } catch (error) {
        // Somebody else unpacked the same bundle in the meantime.
        if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error
      } finally {
        await rm(staged, { recursive: true, force: true })
      }
    },
    async sweep(rows) {
      const used = JSON.stringify(rows.map(({ config }) => config))
      for (const name of await readdir(root)) {
        const path = join(root, name)
        const old = Date.now() - (await stat(path)).mtimeMs > HELD_BUNDLE_MS
        const litter = name.startsWith('.') || (old && !used.includes(folderOf(name.replace(/\.mcpb$/, ''))))
        if (litter) await rm(path, { recursive: true, force: true })
      }
    },
  }
}

async function receive(bytes: AsyncIterable<Uint8Array>, path: string): Promise<string> {
  const hash = createHash('sha256')
  let size = 0
  await using file = await open(path, 'wx', 0o600)
  for await (const chunk of bytes) {
    size += chunk.byteLength
    if (size > MAX_BUNDLE_BYTES) {
      throw importError('IMPORT_BUNDLE_SIZE', `Expected a bundle of at most ${MAX_BUNDLE_BYTES} bytes, found more.`)
    }
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  await file.sync()
  return hash.digest('hex')
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
