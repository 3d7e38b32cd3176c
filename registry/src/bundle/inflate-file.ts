import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import type { BundleDigest } from './digest.ts'
import { bundleError } from './errors.ts'
import { GZIP_TRAILER_BYTES, gzipHeaderLength } from './gunzip.ts'
import { type ArchiveLimits, INFLATE_CHUNK_BYTES } from './limits.ts'

/** A tarball's own facts, known once it was read to its end. */
export interface TarballFacts {
  /** Bytes of the file. */
  readonly size: number
  readonly digest: BundleDigest
  /** Hexadecimal SHA-1: old npm clients compare it. */
  readonly shasum: string
}

/**
 * Streams the content of exactly one gzip member (RFC 1952) that ends where the file ends. Memory stays at a few chunks,
 * whatever the file unpacks to. Whoever stops early has read nothing that can be trusted.
 */
export async function* inflateFile(path: string, limits: ArchiveLimits): AsyncGenerator<Buffer, TarballFacts> {
  await using file = await open(path, 'r')
  const { size } = await file.stat()
  if (size > limits.packed)
    throw bundleError('BUNDLE_TOO_LARGE', `Expected at most ${limits.packed} bytes, found ${size}.`)
  const start = gzipHeaderLength(await readAt(file, 0, Math.min(size, INFLATE_CHUNK_BYTES)))
  let length = 0
  let checksum = 0
  const inflater = createInflateRaw({ chunkSize: INFLATE_CHUNK_BYTES })
  const source = Readable.from(readChunks(file, start))
  source.once('error', (error) => inflater.destroy(error)).pipe(inflater)
  try {
    for await (const chunk of inflater) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected zlib to answer bytes.')
      length += chunk.length
      if (length > limits.unpacked)
        throw bundleError(
          'BUNDLE_UNPACKED_TOO_LARGE',
          `Expected at most ${limits.unpacked} bytes unpacked, found more.`,
        )
      checksum = crc32(chunk, checksum)
      yield chunk
    }
  } catch (error) {
    throw error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
      ? bundleError('BUNDLE_GZIP', 'Expected complete compressed data, found a broken or cut stream.', { cause: error })
      : error
  } finally {
    source.destroy()
    inflater.destroy()
  }
  await checkTrailer(file, { end: start + inflater.bytesWritten, size, checksum, length })
  return { size, ...(await digestFile(file)) }
}

async function checkTrailer(
  file: FileHandle,
  found: { readonly end: number; readonly size: number; readonly checksum: number; readonly length: number },
): Promise<void> {
  if (found.size !== found.end + GZIP_TRAILER_BYTES)
    throw bundleError('BUNDLE_GZIP', 'Expected one gzip member and nothing after it. Pack the bundle again.')
  const trailer = await readAt(file, found.end, GZIP_TRAILER_BYTES)
  // The length is kept modulo 2^32; no archive within the limits is longer.
  if (trailer.readUInt32LE(0) !== found.checksum || trailer.readUInt32LE(4) !== found.length)
    throw bundleError('BUNDLE_GZIP', 'Expected checksum and length of the gzip trailer to match the content.')
}

async function digestFile(file: FileHandle): Promise<Pick<TarballFacts, 'digest' | 'shasum'>> {
  const sha512 = createHash('sha512')
  const sha1 = createHash('sha1')
  for await (const chunk of readChunks(file, 0)) {
    sha512.update(chunk)
    sha1.update(chunk)
  }
  return { digest: `sha512:${sha512.digest('hex')}`, shasum: sha1.digest('hex') }
}

async function* readChunks(file: FileHandle, start: number): AsyncGenerator<Buffer> {
  for (let position = start; ;) {
    const chunk = await readAt(file, position, INFLATE_CHUNK_BYTES)
    if (chunk.length === 0) return
    position += chunk.length
    yield chunk
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
