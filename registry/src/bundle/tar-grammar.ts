import { bundleError } from './errors.ts'
import { type ExtendedFacts, readGnuPath, readPax } from './extended-header.ts'
import { type ArchiveLimits, MAX_EXTENDED_HEADER_BYTES, MAX_PADDING_BYTES } from './limits.ts'
import { PathIndex } from './path-index.ts'
import { type PackageRoot, readSafePath } from './safe-path.ts'
import { BLOCK, type TarHeader, readHeader } from './tar-header.ts'

/** One file of an archive. */
export interface TarEntry {
  /** Below the root folder. */
  readonly path: string
  readonly size: number
}

/** What the grammar wants next: some bytes, to pass over a file's data, or whatever is left. */
export type TarRequest =
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'file'; readonly file: TarEntry; readonly padding: number }
  | { readonly kind: 'rest'; readonly limit: number }

/** What an archive must keep to. */
export interface TarRules {
  readonly limits: ArchiveLimits
  readonly root: PackageRoot
}

const ZERO_BLOCK = Buffer.alloc(BLOCK)
const SPECIAL_MODE_BITS = 0o7000
const PAX = 'x'
const PAX_GLOBAL = 'g'
const GNU_LONG_NAME = 'L'
const FOLDER = '5'
const FILES = new Set(['0', '\u0000'])

/**
 * The grammar of a tar archive with files and folders only. Everything else is refused, nothing is repaired. It asks for
 * bytes and does not know where they come from: one grammar reads archives in memory and archives that stream by.
 */
export function* readTarGrammar({ limits, root }: TarRules): Generator<TarRequest, void, Buffer> {
  const index = new PathIndex()
  let entries = 0
  let headers = 0
  let extended: ExtendedFacts | undefined
  for (;;) {
    const block = yield { kind: 'bytes', length: BLOCK }
    if (block.equals(ZERO_BLOCK)) break
    const header = readHeader(block)
    const padding = (BLOCK - (header.size % BLOCK)) % BLOCK
    headers += 1
    // An archive of extended headers has no entries to count.
    if (headers > 3 * limits.entries) throw tooMany(limits.entries)
    if (header.type === PAX || header.type === PAX_GLOBAL || header.type === GNU_LONG_NAME) {
      if (extended !== undefined)
        throw bundleError('BUNDLE_HEADER', 'Expected one extended header per entry, found two.')
      checkExtendedSize(header)
      const data = yield { kind: 'bytes', length: header.size + padding }
      const facts = readExtended(header, data.subarray(0, header.size))
      if (header.type !== PAX_GLOBAL) extended = facts
      continue
    }
    const path = checkEntry(header, extended ?? {}, { limits, root })
    extended = undefined
    index.add(path, header.type === FOLDER ? 'folder' : 'file')
    entries += 1
    // Folders that only paths imply cost as much as others.
    if (entries > limits.entries || index.size > 2 * limits.entries) throw tooMany(limits.entries)
    if (header.type !== FOLDER) yield { kind: 'file', file: { path, size: header.size }, padding }
  }
  index.requireComposedPaths()
  if (extended !== undefined)
    throw bundleError('BUNDLE_HEADER', 'Expected an entry after the extended header, found none.')
  checkEnd(yield { kind: 'rest', limit: MAX_PADDING_BYTES })
}

function tooMany(limit: number) {
  return bundleError('BUNDLE_ENTRIES', `Expected at most ${limit} entries, found more.`)
}

function checkExtendedSize(header: TarHeader): void {
  if (header.size <= MAX_EXTENDED_HEADER_BYTES && header.size > 0) return
  throw bundleError(
    'BUNDLE_HEADER',
    `Expected an extended header of 1 to ${MAX_EXTENDED_HEADER_BYTES} bytes, found ${header.size}.`,
  )
}

function readExtended(header: TarHeader, data: Buffer): ExtendedFacts {
  if (header.type === GNU_LONG_NAME) return { path: readGnuPath(data) }
  const facts = readPax(data)
  // For all entries that follow: a reader that knows global headers would see other files than one that does not.
  if (header.type === PAX_GLOBAL && (facts.path !== undefined || facts.size !== undefined))
    throw bundleError('BUNDLE_HEADER', 'Expected a global header without path and size, found one.')
  return facts
}

function checkEntry(header: TarHeader, extended: ExtendedFacts, { limits, root }: TarRules): string {
  const path = extended.path ?? header.path
  if (extended.size !== undefined && extended.size !== header.size)
    throw bundleError('BUNDLE_HEADER', 'Expected one size for an entry, found two.')
  const isFolder = header.type === FOLDER
  if (!isFolder && !FILES.has(header.type)) {
    throw bundleError('BUNDLE_ENTRY_TYPE', 'Expected files and folders only, found a link, device or other entry.')
  }
  if ((header.mode & SPECIAL_MODE_BITS) !== 0 || header.mode > 0o777_777) {
    throw bundleError('BUNDLE_MODE', 'Expected plain permission bits, found setuid, setgid or sticky.')
  }
  if (isFolder && header.size !== 0) throw bundleError('BUNDLE_HEADER', 'Expected a folder without data, found some.')
  if (header.size > limits.file) {
    throw bundleError('BUNDLE_FILE_TOO_LARGE', `Expected files of at most ${limits.file} bytes, found ${header.size}.`)
  }
  const below = readSafePath(isFolder ? path.replace(/\/$/, '') : path, root)
  if (below === '' && !isFolder) throw bundleError('BUNDLE_LAYOUT', 'Expected the root to be a folder, found a file.')
  return below
}

/** Two zero blocks end an archive, the first of which was read; whatever follows must be a little padding. */
function checkEnd(rest: Buffer): void {
  if (rest.length < BLOCK) throw truncated()
  if (rest.length + BLOCK > MAX_PADDING_BYTES || rest.length % BLOCK !== 0 || !rest.equals(Buffer.alloc(rest.length))) {
    throw bundleError('BUNDLE_TRAILING_DATA', 'Expected nothing but a little padding after the last entry, found more.')
  }
}

/** An archive that ends before the grammar does. */
export function truncated() {
  return bundleError('BUNDLE_TRUNCATED', 'Expected whole entries and two zero blocks at the end, found a cut archive.')
}
