import { HIDDEN_CHARACTERS } from '@nexus/plugin-api'
import { bundleError } from './errors.ts'
import { MAX_PATH_BYTES, MAX_SEGMENT_BYTES } from './limits.ts'

/** Where npm puts everything. */
export const ROOT = 'package/'

/** The one folder that everything in an archive is in. */
export interface PackageRoot {
  accepts(folder: string): boolean
}

/** A bundle's root is npm's. */
export const PLUGIN_ROOT: PackageRoot = { accepts: (folder) => `${folder}/` === ROOT }

/** A plain package may call its root anything (GitHub's do), but all entries must call it the same. */
export function createAnyRoot(): PackageRoot {
  let first: string | undefined
  return { accepts: (folder) => (first ??= folder) === folder }
}

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
// Not allowed in a name on Windows, or special in a shell or a URL there.
const UNSAFE = /[\\:<>"|?*]/

/** Checks an entry's path and gives the part below the root; the empty text is the root folder itself. */
export function readSafePath(path: string, root: PackageRoot = PLUGIN_ROOT): string {
  if (
    path === '' ||
    path.startsWith('/') ||
    HIDDEN_CHARACTERS.test(path) ||
    /[\t\n\r]/.test(path) ||
    UNSAFE.test(path)
  ) {
    throw unsafe('Expected a relative path of plain characters')
  }
  const segments = path.split('/')
  for (const segment of segments) checkSegment(segment)
  if (!root.accepts(segments[0] ?? '')) {
    throw bundleError(
      'BUNDLE_LAYOUT',
      'Expected every entry below `package/`, found one elsewhere. Pack it as npm does.',
    )
  }
  const below = segments.slice(1).join('/')
  if (Buffer.byteLength(below) > MAX_PATH_BYTES) throw unsafe(`Expected a path of at most ${MAX_PATH_BYTES} bytes`)
  return below
}

function checkSegment(segment: string): void {
  if (segment === '' || segment === '.' || segment === '..')
    throw unsafe('Expected a path without empty or dot segments')
  if (/[. ]$/.test(segment) || segment.startsWith(' ')) throw unsafe('Expected names without a dot or space at the end')
  if (WINDOWS_DEVICE.test(segment)) throw unsafe('Expected names that are no Windows device')
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
    throw unsafe(`Expected names of at most ${MAX_SEGMENT_BYTES} bytes`)
}

/** Whether the path is in Unicode form NFC. Any other form is the same name on one file system and another elsewhere. */
export function requireComposed(path: string): void {
  if (path !== path.normalize('NFC')) throw unsafe('Expected a path in Unicode form NFC')
}

function unsafe(expected: string) {
  return bundleError('BUNDLE_PATH', `${expected}, found another. Rename the file and pack again.`)
}

/** Two paths with the same fold are one file on some file system. Upper before lower case, so that ß equals ss. */
export function foldPath(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}
