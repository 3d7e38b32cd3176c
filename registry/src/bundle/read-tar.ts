import { BUNDLE_LIMITS } from './limits.ts'
import { PLUGIN_ROOT } from './safe-path.ts'
import { type TarEntry, readTarGrammar, truncated } from './tar-grammar.ts'

/** Where one file lies in the archive. */
export interface TarFile extends TarEntry {
  readonly offset: number
}

/** Reads a bundle's tar archive in memory: files and folders below `package/`, everything else is refused. */
export function readTar(archive: Buffer): readonly TarFile[] {
  const files: TarFile[] = []
  const grammar = readTarGrammar({ limits: BUNDLE_LIMITS, root: PLUGIN_ROOT })
  let offset = 0
  let request = grammar.next()
  while (request.done !== true) {
    const asked = request.value
    const start = offset
    if (asked.kind === 'file') {
      files.push({ ...asked.file, offset })
      offset += asked.file.size + asked.padding
    } else {
      offset = asked.kind === 'rest' ? archive.length : offset + asked.length
    }
    if (offset > archive.length) throw truncated()
    request = grammar.next(asked.kind === 'file' ? archive.subarray(0, 0) : archive.subarray(start, offset))
  }
  return files
}
