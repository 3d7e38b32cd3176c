import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

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
  await writeWhole(cellPath, await bundle('cell/main.ts', 'node'))
  const guestCode = await bundle('guest/entry.ts', 'neutral')
  await writeWhole(guestPath, guestCode)
  return { cellPath, guestCode }
}

/** One file of the sandbox room and all it imports, as plain JavaScript. */
export async function bundle(entry: string, platform: 'node' | 'neutral'): Promise<string> {
  // Loaded here, because only the first start after an update needs it.
  const { rolldown } = await import('rolldown')
  const build = await rolldown({ input: join(sandboxFolder, entry), platform, logLevel: 'silent', treeshake: true })
  try {
    const { output } = await build.generate({ format: 'esm', codeSplitting: false })
    return output[0].code
  } finally {
    await build.close()
  }
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
