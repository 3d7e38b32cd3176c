import { bundleError } from './errors.ts'
import { decodeText } from './tar-header.ts'

/**
 * Records that change nothing about what is unpacked: times, owners, the commit that `git archive` names, and what
 * macOS, libarchive and old npm clients add. Any other, size and link above all, is refused.
 */
const HARMLESS =
  /^(?:[mac]time|[ug]id|[ug]name|comment|LIBARCHIVE\.creationtime|(?:LIBARCHIVE|SCHILY)\.xattr\.(?:user|com\.apple)\.[\w.%#-]+|SCHILY\.(?:dev|ino|nlink)|NODETAR\..+)$/

/** What an extended header says about the entry after it. */
export interface ExtendedFacts {
  readonly path?: string
  /** Must be what the entry's own header says: a reader that ignores this record sees the same file then. */
  readonly size?: number
}

/** Reads a pax extended header (POSIX.1-2001). */
export function readPax(data: Buffer): ExtendedFacts {
  const seen = new Set<string>()
  const facts: { path?: string; size?: number } = {}
  let offset = 0
  while (offset < data.length) {
    const space = data.indexOf(0x20, offset)
    const digits = space === -1 ? '' : data.toString('latin1', offset, space)
    const length = /^[1-9][0-9]{0,5}$/.test(digits) ? Number(digits) : 0
    const end = offset + length
    if (length < digits.length + 4 || end > data.length || data[end - 1] !== 0x0a) throw malformed()
    const record = data.subarray(space + 1, end - 1)
    const equals = record.indexOf(0x3d)
    if (equals < 1) throw malformed()
    const key = record.toString('latin1', 0, equals)
    if (seen.has(key)) throw malformed()
    seen.add(key)
    if (key === 'path') facts.path = decodeText(record.subarray(equals + 1), 'an extended path')
    else if (key === 'size') facts.size = readSize(record.toString('latin1', equals + 1))
    else if (!HARMLESS.test(key)) {
      throw bundleError('BUNDLE_HEADER', `Expected an extended header with a path only, found \`${printable(key)}\`.`)
    }
    offset = end
  }
  return facts
}

function readSize(text: string): number {
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(text)) throw malformed()
  return Number(text)
}

/** Reads the data of a GNU long name entry. */
export function readGnuPath(data: Buffer): string {
  const end = data.indexOf(0)
  if (end !== -1 && data.subarray(end).some((byte) => byte !== 0)) {
    throw bundleError('BUNDLE_PATH', 'Expected a long path to end at its first zero byte, found more after it.')
  }
  return decodeText(end === -1 ? data : data.subarray(0, end), 'a long path')
}

function malformed() {
  return bundleError('BUNDLE_HEADER', 'Expected well-formed, unique records in the extended header, found others.')
}

function printable(key: string): string {
  return key.replace(/[^\w.-]/g, '?').slice(0, 40)
}
