import { bundleError } from './errors.ts'

export const BLOCK = 512

/** One header block, its fields checked but not yet interpreted. */
export interface TarHeader {
  readonly path: string
  readonly type: string
  readonly mode: number
  readonly size: number
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes strictly: a byte sequence that is not UTF-8 is another path on another machine. */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes)
  } catch {
    // The decoder's own words name no place.
    throw bundleError('BUNDLE_PATH', `Expected ${what} in UTF-8, found other bytes.`)
  }
}

/** Reads a ustar header (POSIX.1-1988; the GNU magic is accepted too). */
export function readHeader(block: Buffer): TarHeader {
  let sum = 0
  for (let index = 0; index < BLOCK; index += 1) sum += index >= 148 && index < 156 ? 32 : (block[index] ?? 0)
  if (sum !== readOctal(block, 148, 8, 'checksum')) {
    throw bundleError('BUNDLE_HEADER', 'Expected the header checksum to match, found another.')
  }
  const magic = block.toString('latin1', 257, 265)
  if (magic !== 'ustar\u000000' && magic !== 'ustar  \u0000') {
    throw bundleError('BUNDLE_HEADER', 'Expected a ustar header, found another format.')
  }
  // GNU headers keep times, not a path prefix, in these bytes.
  const prefix = magic.startsWith('ustar\u0000') ? readText(block, 345, hasTimes(block) ? 131 : 155) : ''
  const name = readText(block, 0, 100)
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    type: String.fromCharCode(block[156] ?? 0),
    mode: readOctal(block, 100, 8, 'mode'),
    size: readOctal(block, 124, 12, 'size'),
  }
}

/** Old node-tar headers end the prefix early and keep two times behind it, as star's do. */
function hasTimes(block: Buffer): boolean {
  // oxlint-disable-next-line no-control-regex -- zero bytes end a field
  return block[475] === 0 && /^(?:[0-7]{11}[ \u0000]){2}$/.test(block.toString('latin1', 476, 500))
}

function readText(block: Buffer, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length)
  const end = field.indexOf(0)
  if (end === -1) return decodeText(field, 'a path')
  // Readers that stop at the first zero byte and readers that do not would see two different paths.
  if (field.subarray(end).some((byte) => byte !== 0)) {
    throw bundleError('BUNDLE_PATH', 'Expected a path to end at its first zero byte, found more after it.')
  }
  return decodeText(field.subarray(0, end), 'a path')
}

function readOctal(block: Buffer, offset: number, length: number, name: string): number {
  const text = block.toString('latin1', offset, offset + length)
  // oxlint-disable-next-line no-control-regex -- zero bytes end a field
  if (!/^ *[0-7]+[ \u0000]*$/.test(text)) {
    throw bundleError('BUNDLE_HEADER', `Expected an octal ${name} in the header, found another notation.`)
  }
  return Number.parseInt(text, 8)
}
