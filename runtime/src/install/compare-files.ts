import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type FileDigest, digestFile } from '@nexus/registry/bundle'

/** Others may write, or run as somebody else. Nothing that this host unpacks is like that. */
const TOO_OPEN = 0o7022

/** Refuses a folder that holds anything else than these names. Throws plain errors: the caller says what they mean. */
export async function compareFolder(folder: string, names: readonly string[]): Promise<void> {
  const found = (await readdir(folder)).filter((name) => !names.includes(name))
  if (found.length > 0) throw new Error(`there is ${found[0]} beside its files`)
}

/**
 * Compares what lies unpacked in a folder with the bytes it was unpacked from: the same files, no others, no links, no
 * empty folders, and nothing that other users may write.
 */
export async function compareFiles(
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  listed: Readonly<Record<string, FileDigest>>,
): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const folders = new Set([...files.keys()].flatMap(parentsOf))
  const found = new Set<string>()
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')
    if (entry.isDirectory() ? folders.has(path) : entry.isFile() && files.has(path)) found.add(path)
    else throw new Error(`there is ${path}, which was not signed`)
  }
  if (Object.keys(listed).length !== files.size) throw new Error('its files are more or fewer than were signed')
  for (const [path, bytes] of files) {
    if (!found.has(path)) throw new Error(`the file ${path} is missing`)
    const expected = digestFile(bytes)
    if (listed[path] !== expected || digestFile(await readPrivate(join(folder, path), path)) !== expected)
      throw new Error(`the file ${path} was changed`)
  }
}

async function readPrivate(target: string, path: string): Promise<Uint8Array> {
  const file = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { mode } = await file.stat()
    if ((mode & TOO_OPEN) !== 0) throw new Error(`others may write the file ${path}`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

function parentsOf(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === '.' ? [] : [parent, ...parentsOf(parent)]
}
