import { bundleError } from './errors.ts'
import { MAX_ICON_BYTES, MAX_ICON_PIXELS } from './limits.ts'

interface Dimensions {
  readonly width: number
  readonly height: number
}

/** Checks an icon by its bytes, whatever its name says: a PNG or WebP that no browser has trouble to show. */
export function checkIcon(path: string, bytes: Uint8Array): void {
  if (bytes.length > MAX_ICON_BYTES)
    throw refused(path, `an image of at most ${MAX_ICON_BYTES} bytes`, `${bytes.length}`)
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const found = readPng(view) ?? readWebp(view)
  if (found === undefined) throw refused(path, 'a PNG or WebP image', 'something else')
  const { width, height } = found
  if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_ICON_PIXELS)
    throw refused(path, `an image of 1 to ${MAX_ICON_PIXELS} pixels each way`, `${width} × ${height}`)
}

/** The first chunk of a PNG holds its size (PNG 3rd edition, 11.2.1). */
function readPng(bytes: Buffer): Dimensions | undefined {
  if (bytes.length < 33 || bytes.toString('latin1', 0, 8) !== '\u0089PNG\r\n\u001a\n') return undefined
  if (bytes.readUInt32BE(8) !== 13 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** The three forms of WebP (RFC 9649, 2.4 to 2.6): lossy, lossless and extended. */
function readWebp(bytes: Buffer): Dimensions | undefined {
  if (bytes.length < 30 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WEBP')
    return undefined
  const form = bytes.toString('latin1', 12, 16)
  if (form === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  if (form === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  if (form !== 'VP8L' || bytes[20] !== 0x2f) return undefined
  const packed = bytes.readUInt32LE(21)
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 }
}

function refused(path: string, expected: string, found: string) {
  return bundleError('BUNDLE_ICON', `Expected ${expected} in \`${path}\`, found ${found}.`)
}
