import { type BundleDigest, digestBundle } from './digest.ts'
import { bundleError } from './errors.ts'
import { gunzipStrictly } from './gunzip.ts'
import { readTar } from './read-tar.ts'

/**
 * The files of a bundle that `readBundle` has accepted before, known by its digest. It does the same strict reading
 * without the checks of contents and without a worker: nobody can have changed bytes that still have the digest.
 */
export function readVerifiedBundle(bytes: Uint8Array, expected: BundleDigest): ReadonlyMap<string, Uint8Array> {
  const found = digestBundle(bytes)
  if (found !== expected) {
    throw bundleError('BUNDLE_DIGEST', `Expected the bundle ${expected}, found ${found}.`, {
      details: { layer: 'bytes', expected, found },
    })
  }
  const archive = gunzipStrictly(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return new Map(readTar(archive).map(({ path, offset, size }) => [path, archive.subarray(offset, offset + size)]))
}
