import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A first-party plugin on disk, packed. */
export interface BuiltPlugin {
  readonly name: string
  /** Absolute path of the bundle. */
  readonly file: string
  /** Whether it was packed now; `false` when its sources had not changed. */
  readonly fresh: boolean
}

/**
 * Packs every first-party plugin into `plugins/<name>/dist/<name>-<version>.tgz`. A stamp beside the bundle holds the
 * digest of everything that goes into it, so that an unchanged plugin costs a few file reads.
 */
export async function buildPlugins(pluginsFolder = join(root, 'plugins')): Promise<readonly BuiltPlugin[]> {
  const entries = await readdir(pluginsFolder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const shared = await digestOf([
    join(root, 'plugin-api', 'src'),
    join(root, 'runtime', 'src', 'developer', 'pack'),
    join(root, 'registry', 'src', 'bundle'),
  ])
  const built: BuiltPlugin[] = []
  for (const name of names.toSorted()) built.push(await buildPlugin(join(pluginsFolder, name), name, shared))
  return built
}

async function buildPlugin(folder: string, name: string, shared: string): Promise<BuiltPlugin> {
  const dist = join(folder, 'dist')
  const sources = ['nexus.plugin.json', 'README.md', 'package.json', 'src'].map((path) => join(folder, path))
  const stamp = `${shared}\n${await digestOf(sources)}\n`
  const file = join(dist, `${name}-${await readVersion(folder)}.tgz`)
  const stampFile = `${file}.stamp`
  if (await holds(stampFile, stamp)) return { name, file, fresh: false }
  const { tgz } = await packPlugin(folder)
  await rm(dist, { recursive: true, force: true })
  await mkdir(dist, { recursive: true })
  await writeFile(file, tgz)
  // Last, so that a build that was cut off is not taken for a finished one.
  await writeFile(stampFile, stamp)
  return { name, file, fresh: true }
}

async function readVersion(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'nexus.plugin.json'), 'utf8'))
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined
  // Only a file name until the manifest is checked, so no path may hide in it.
  return String(version).replace(/[^0-9A-Za-z.-]/g, '')
}

async function holds(file: string, text: string): Promise<boolean> {
  try {
    return (await readFile(file, 'utf8')) === text
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    for (const file of await filesBelow(path))
      hash
        .update(`${relative(root, file)}\0`)
        .update(await readFile(file))
        .update('\0')
  }
  return hash.digest('hex')
}

async function filesBelow(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path]
    throw error
  }
}
