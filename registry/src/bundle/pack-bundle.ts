import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Header, Pax } from 'tar'
import { ROOT, readSafePath, requireComposed } from './safe-path.ts'
import { BLOCK } from './tar-header.ts'

/** The time npm stamps on every file, so that the same files give the same bytes. */
const FIXED_TIME = new Date('1985-10-26T08:15:00.000Z')
const FILE_MODE = 0o644
/** Where a gzip header names the system that made it, and the value for not saying. */
const GZIP_SYSTEM = 9
const UNKNOWN_SYSTEM = 255

const compress = promisify(gzip)

/**
 * Packs files as a bundle: the same files give the same bytes on every machine, whatever its clock, language and
 * permissions. Packing checks paths only; whoever wants to know that the registry will take the bundle reads it with
 * `readBundle`.
 */
export async function packBundle(files: ReadonlyMap<string, Uint8Array | string>): Promise<Uint8Array> {
  const parts: Buffer[] = []
  // By code units: a language's order would depend on the machine.
  for (const [path, content] of [...files].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    readSafePath(`${ROOT}${path}`)
    requireComposed(path)
    const data = Buffer.from(content)
    parts.push(
      ...describeFile(`${ROOT}${path}`, data.length),
      data,
      Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK),
    )
  }
  const packed = await compress(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]), { level: 9 })
  packed[GZIP_SYSTEM] = UNKNOWN_SYSTEM
  return packed
}

/** Header of a file; before it an extended one when the path does not fit. */
function describeFile(path: string, size: number): readonly Buffer[] {
  const block = Buffer.alloc(BLOCK)
  const cut = new Header({ path, size, type: 'File', mode: FILE_MODE, mtime: FIXED_TIME }).encode(block)
  return cut ? [new Pax({ path }).encode(), block] : [block]
}
