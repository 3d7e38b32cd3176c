import { createInflateRaw } from 'node:zlib'
import { bundleError } from './errors.ts'
import { claimedLength, gzipHeaderLength } from './gunzip.ts'
import { INFLATE_CHUNK_BYTES, MAX_UNPACKED_BYTES } from './limits.ts'

/**
 * Refuses a bundle that says itself that it unpacks to too much, and does. It counts what comes out and keeps nothing:
 * unpacking in memory is for bundles that claim to fit.
 */
export async function refuseBomb(bytes: Buffer): Promise<void> {
  if (claimedLength(bytes) <= MAX_UNPACKED_BYTES) return
  const inflater = createInflateRaw({ chunkSize: INFLATE_CHUNK_BYTES })
  inflater.end(bytes.subarray(gzipHeaderLength(bytes)))
  let length = 0
  try {
    for await (const chunk of inflater) {
      if (Buffer.isBuffer(chunk)) length += chunk.length
      if (length > MAX_UNPACKED_BYTES) break
    }
  } catch {
    return // what does not inflate is told by whoever reads it strictly
  } finally {
    inflater.destroy()
  }
  if (length <= MAX_UNPACKED_BYTES) return
  throw bundleError('BUNDLE_UNPACKED_TOO_LARGE', `Expected at most ${MAX_UNPACKED_BYTES} bytes unpacked, found more.`)
}
