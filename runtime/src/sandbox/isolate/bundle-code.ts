import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'

/** What runs in cells, as plain JavaScript. */
export interface CellCode {
  /** File that a cell process runs. */
  readonly cellPath: string
  /** The prelude that every isolate runs first. */
  readonly guestCode: string
}

const sandboxFolder = dirname(dirname(fileURLToPath(import.meta.url)))
export const sources = ['cell', 'channel', 'guest', 'guest/context', 'guest/globals']

/**
 * Bundles cell and prelude into one file each, once per version of their sources. Cells start twice as fast as when
 * Node strips the types in each, and an isolate gets one module instead of twenty.
 */
export async function bundleCellCode(cacheDir: string): Promise<CellCode> {
  const digest = await digestSources(sources)
  const cellPath = join(cacheDir, `cell-${digest}.mjs`)
  const guestPath = join(cacheDir, `guest-${digest}.mjs`)
  await mkdir(cacheDir, { recursive: true, mode: 0o700 })
  const cached = await readIfThere(guestPath)
  if (cached !== undefined && (await readIfThere(cellPath)) !== undefined) return { cellPath, guestCode: cached }
  const [cellCode = '', guestCode = ''] = await bundleAll([
    { file: 'cell/main.ts', platform: 'node' },
    { file: 'guest/entry.ts', platform: 'neutral' },
  ])
  await writeWhole(cellPath, cellCode)
  await writeWhole(guestPath, guestCode)
  return { cellPath, guestCode }
}

/** What to bundle: a file of the sandbox room, and what it runs on. */
export interface BundleEntry {
  readonly file: string
  readonly platform: 'node' | 'neutral'
}

const MAX_BUNDLE_BYTES = 32 * 1024 * 1024

/**
 * Files of the sandbox room with all they import, as plain JavaScript. In a process of its own: the bundler's memory and
 * threads would stay with the host for ever, and only the first start after an update needs it.
 */
export async function bundleAll(entries: readonly BundleEntry[]): Promise<readonly string[]> {
  const script = join(sandboxFolder, 'isolate', 'bundle-main.ts')
  const args = entries.flatMap(({ file, platform }) => [join(sandboxFolder, file), platform])
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { maxBuffer: MAX_BUNDLE_BYTES })
  return z.array(z.string()).length(entries.length).parse(JSON.parse(stdout))
}

/** A name for one version of everything in these folders of the sandbox room. */
export async function digestSources(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of folders) {
    const files = (await readdir(join(sandboxFolder, folder))).filter((name) => name.endsWith('.ts')).toSorted()
    for (const file of files)
      hash
        .update(`${folder}/${file}\0`)
        .update(await readFile(join(sandboxFolder, folder, file)))
        .update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Written beside and renamed, so that a killed host leaves no half file under the final name. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const beside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`
  await writeFile(beside, content, { mode: 0o600 })
  await rename(beside, path)
}
