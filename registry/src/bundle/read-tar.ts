import { bundleError } from './errors.ts'
import { readGnuPath, readPaxPath } from './extended-header.ts'
import { MAX_ENTRIES, MAX_EXTENDED_HEADER_BYTES, MAX_FILE_BYTES, MAX_PADDING_BYTES } from './limits.ts'
import { PathIndex } from './path-index.ts'
import { readSafePath } from './safe-path.ts'
import { BLOCK, type TarHeader, readHeader } from './tar-header.ts'

/** Where one file lies in the archive. */
export interface TarFile {
  /** Below `package/`. */
  readonly path: string
  readonly offset: number
  readonly size: number
}

const SPECIAL_MODE_BITS = 0o7000
const PAX = 'x'
const GNU_LONG_NAME = 'L'
const FOLDER = '5'
const FILES = new Set(['0', '\u0000'])

/** Reads a tar archive of files and folders below `package/`. Everything else is refused, nothing is repaired. */
export function readTar(archive: Buffer): readonly TarFile[] {
  const files: TarFile[] = []
  const index = new PathIndex()
  let entries = 0
  let longPath: string | undefined
  let offset = 0
  for (;;) {
    const block = blockAt(archive, offset)
    if (isZero(block)) break
    const header = readHeader(block)
    const data = offset + BLOCK
    if (data + header.size > archive.length) throw truncated()
    offset = data + Math.ceil(header.size / BLOCK) * BLOCK
    if (header.type === PAX || header.type === GNU_LONG_NAME) {
      if (longPath !== undefined)
        throw bundleError('BUNDLE_HEADER', 'Expected one extended header per entry, found two.')
      longPath = readExtended(header, archive.subarray(data, data + header.size)) ?? ''
      continue
    }
    entries += 1
    if (entries > MAX_ENTRIES)
      throw bundleError('BUNDLE_ENTRIES', `Expected at most ${MAX_ENTRIES} entries, found more.`)
    const path = checkEntry(header, longPath === undefined || longPath === '' ? header.path : longPath)
    longPath = undefined
    index.add(path, header.type === FOLDER ? 'folder' : 'file')
    if (header.type !== FOLDER) files.push({ path, offset: data, size: header.size })
  }
  if (longPath !== undefined)
    throw bundleError('BUNDLE_HEADER', 'Expected an entry after the extended header, found none.')
  checkEnd(archive, offset)
  return files
}

function readExtended(header: TarHeader, data: Buffer): string | undefined {
  if (header.size > MAX_EXTENDED_HEADER_BYTES) {
    throw bundleError(
      'BUNDLE_HEADER',
      `Expected an extended header of at most ${MAX_EXTENDED_HEADER_BYTES} bytes, found a longer one.`,
    )
  }
  return header.type === PAX ? readPaxPath(data) : readGnuPath(data)
}

function checkEntry(header: TarHeader, path: string): string {
  const isFolder = header.type === FOLDER
  if (!isFolder && !FILES.has(header.type)) {
    throw bundleError('BUNDLE_ENTRY_TYPE', 'Expected files and folders only, found a link, device or other entry.')
  }
  if ((header.mode & SPECIAL_MODE_BITS) !== 0 || header.mode > 0o777_777) {
    throw bundleError('BUNDLE_MODE', 'Expected plain permission bits, found setuid, setgid or sticky.')
  }
  if (isFolder && header.size !== 0) throw bundleError('BUNDLE_HEADER', 'Expected a folder without data, found some.')
  if (header.size > MAX_FILE_BYTES) {
    throw bundleError(
      'BUNDLE_FILE_TOO_LARGE',
      `Expected files of at most ${MAX_FILE_BYTES} bytes, found ${header.size}.`,
    )
  }
  const below = readSafePath(isFolder ? path.replace(/\/$/, '') : path)
  if (below === '' && !isFolder) throw bundleError('BUNDLE_LAYOUT', 'Expected `package` to be a folder, found a file.')
  return below
}

/** Two zero blocks end an archive; whatever follows them must be a little padding. */
function checkEnd(archive: Buffer, offset: number): void {
  const rest = archive.subarray(offset)
  if (rest.length < 2 * BLOCK) throw truncated()
  if (rest.length > MAX_PADDING_BYTES || rest.length % BLOCK !== 0 || !isZero(rest)) {
    throw bundleError('BUNDLE_TRAILING_DATA', 'Expected nothing but a little padding after the last entry, found more.')
  }
}

function blockAt(archive: Buffer, offset: number): Buffer {
  if (offset + BLOCK > archive.length) throw truncated()
  return archive.subarray(offset, offset + BLOCK)
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}

function truncated() {
  return bundleError('BUNDLE_TRUNCATED', 'Expected whole entries and two zero blocks at the end, found a cut archive.')
}
