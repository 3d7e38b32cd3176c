import { crc32, inflateRawSync } from 'node:zlib'
import { bundleError } from './errors.ts'
import { MAX_BUNDLE_BYTES, MAX_UNPACKED_BYTES } from './limits.ts'

const FLAG_HEADER_CRC = 2
const FLAG_EXTRA = 4
const FLAG_NAME = 8
const FLAG_COMMENT = 16
const KNOWN_FLAGS = 31
/** Checksum and length after the compressed data. */
export const GZIP_TRAILER_BYTES = 8
/** Above the size up to which Node shares one pool between buffers: a pooled one could not be handed to another thread. */
const SMALLEST_CHUNK_BYTES = 128 * 1024

/** Unpacks exactly one gzip member (RFC 1952) that ends where the input ends. Blocks: call it in a worker. */
export function gunzipStrictly(bytes: Buffer): Buffer {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw bundleError('BUNDLE_TOO_LARGE', `Expected at most ${MAX_BUNDLE_BYTES} bytes, found ${bytes.length}.`)
  }
  const start = gzipHeaderLength(bytes)
  const { output, consumed } = inflate(bytes.subarray(start), claimedLength(bytes))
  const trailer = start + consumed
  if (bytes.length !== trailer + GZIP_TRAILER_BYTES) {
    throw bundleError('BUNDLE_GZIP', 'Expected one gzip member and nothing after it. Pack the bundle again.')
  }
  if (bytes.readUInt32LE(trailer) !== crc32(output) || bytes.readUInt32LE(trailer + 4) !== output.length) {
    throw bundleError('BUNDLE_GZIP', 'Expected checksum and length of the gzip trailer to match the content.')
  }
  return output
}

/** Length of a gzip member's header, which must lie in `bytes` as a whole. */
export function gzipHeaderLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8 || (flags & ~KNOWN_FLAGS) !== 0) {
    throw bundleError('BUNDLE_GZIP', 'Expected a gzip file, found something else. Pack the bundle with gzip.')
  }
  let offset = 10
  if ((flags & FLAG_EXTRA) !== 0) offset += 2 + bytes.readUInt16LE(offset)
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) === 0) continue
    const end = bytes.indexOf(0, offset)
    if (end === -1) throw bundleError('BUNDLE_GZIP', 'Expected an ended text in the gzip header, found none.')
    offset = end + 1
  }
  if ((flags & FLAG_HEADER_CRC) !== 0) offset += 2
  return offset
}

/** What the trailer says that the content's length is; 0 when there is no trailer. */
export function claimedLength(bytes: Buffer): number {
  return bytes.length < GZIP_TRAILER_BYTES ? 0 : bytes.readUInt32LE(bytes.length - 4)
}

/** Room of the claimed length saves the copy of joining chunks, and more than that is refused before it is there. */
function inflate(deflated: Buffer, claimed: number): { output: Buffer; consumed: number } {
  const maxOutputLength = Math.min(Math.max(claimed, 1), MAX_UNPACKED_BYTES)
  const chunkSize = Math.max(maxOutputLength, SMALLEST_CHUNK_BYTES)
  try {
    const result: unknown = inflateRawSync(deflated, { info: true, chunkSize, maxOutputLength })
    return readInflated(result)
  } catch (error) {
    if (error instanceof RangeError && claimed > MAX_UNPACKED_BYTES) {
      throw bundleError(
        'BUNDLE_UNPACKED_TOO_LARGE',
        `Expected at most ${MAX_UNPACKED_BYTES} bytes unpacked, found more.`,
      )
    }
    throw bundleError('BUNDLE_GZIP', 'Expected complete compressed data, found a broken or cut stream.', {
      cause: error,
    })
  }
}

/** With `info`, zlib answers `{buffer, engine}`; the engine knows how much input it has used. */
function readInflated(result: unknown): { output: Buffer; consumed: number } {
  if (typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result) {
    const { buffer, engine } = result
    if (Buffer.isBuffer(buffer) && typeof engine === 'object' && engine !== null && 'bytesWritten' in engine) {
      return { output: buffer, consumed: Number(engine.bytesWritten) }
    }
  }
  throw new TypeError('Expected zlib to answer a buffer and its engine.')
}
