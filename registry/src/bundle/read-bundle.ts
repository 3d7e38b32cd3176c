import { type Scan, verdictOf } from '../checks/finding.ts'
import type { BundleContents } from './contents.ts'
import { bundleError } from './errors.ts'
import { MAX_BUNDLE_BYTES, READ_BUDGET_MS } from './limits.ts'
import { runJob } from './run-job.ts'

/** Reads a bundle strictly in a worker. Fails with one code per broken rule and leaves nothing behind. */
export async function readBundle(bytes: Uint8Array): Promise<BundleContents> {
  const { contents } = await read(bytes, false)
  return contents
}

/** Like `readBundle`, and the static checks in the same worker, within the same time. */
export async function scanBundle(
  bytes: Uint8Array,
): Promise<{ readonly contents: BundleContents; readonly scan: Scan }> {
  const { contents, findings } = await read(bytes, true)
  const scan = { verdict: verdictOf(findings), findings }
  return { contents: { ...contents, scan }, scan }
}

async function read(bytes: Uint8Array, scan: boolean) {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw bundleError('BUNDLE_TOO_LARGE', `Expected at most ${MAX_BUNDLE_BYTES} bytes, found ${bytes.length}.`)
  }
  const answer = await runJob({ kind: 'read', bytes, scan }, READ_BUDGET_MS)
  if (answer.kind !== 'read') throw bundleError('BUNDLE_READER_FAILED', 'Expected a read bundle, found another answer.')
  const { content, places, findings, ...rest } = answer.read
  const files = new Map(places.map(([path, offset, length]) => [path, new Uint8Array(content, offset, length)]))
  return { contents: { ...rest, files }, findings }
}
