import { readFile, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

const DOCUMENTS = /^(readme|changelog|licen[cs]e|notice)(\.[a-z]+)?$/i

/**
 * The files of a plugin folder that belong into its bundle: manifest, `package.json`, documents, and everything in the
 * folders named (the build output, by default `dist`). Links are not followed and not packed.
 */
export async function collectFiles(
  folder: string,
  folders: readonly string[] = ['dist', 'assets'],
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const top = await readdir(folder, { withFileTypes: true })
  for (const entry of top) {
    const wanted =
      entry.name === 'nexus.plugin.json' ||
      entry.name === 'package.json' ||
      DOCUMENTS.test(entry.name) ||
      /^icon\.(png|webp)$/.test(entry.name)
    if (entry.isFile() && wanted) files.set(entry.name, await readFile(join(folder, entry.name)))
    if (!entry.isDirectory() || !folders.includes(entry.name)) continue
    const inside = await readdir(join(folder, entry.name), { recursive: true, withFileTypes: true })
    for (const file of inside) {
      if (!file.isFile()) continue
      const path = join(file.parentPath, file.name)
      files.set(relative(folder, path).split(sep).join('/'), await readFile(path))
    }
  }
  return files
}
