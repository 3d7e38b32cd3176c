import type { BundleContents } from './contents.ts'
import { bundleError } from './errors.ts'
import { MAX_BUNDLE_BYTES, READ_BUDGET_MS } from './limits.ts'
import { runJob } from './run-job.ts'

/** Reads a bundle strictly in a worker. Fails with one code per broken rule and leaves nothing behind. */
export async function readBundle(bytes: Uint8Array): Promise<BundleContents> {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw bundleError('BUNDLE_TOO_LARGE', `Expected at most ${MAX_BUNDLE_BYTES} bytes, found ${bytes.length}.`)
  }
  const answer = await runJob({ kind: 'read', bytes }, READ_BUDGET_MS)
  if (answer.kind !== 'read') throw bundleError('BUNDLE_READER_FAILED', 'Expected a read bundle, found another answer.')
  const { content, places, ...rest } = answer.read
  return {
    ...rest,
    files: new Map(places.map(([path, offset, length]) => [path, new Uint8Array(content, offset, length)])),
  }
}
