import { type Scan, verdictOf } from '../checks/finding.ts'
import type { BundleContents } from './contents.ts'
import { bundleError } from './errors.ts'
import { MAX_BUNDLE_BYTES, READ_BUDGET_MS } from './limits.ts'
import { runJob } from './run-job.ts'

/**
 * Reads a bundle strictly in a worker. Fails with one code per broken rule and leaves nothing behind.
 *
 * @param source - its bytes, or the path of a file with them, which then only the worker holds in memory.
 */
export async function readBundle(source: Uint8Array | string): Promise<BundleContents> {
  const { contents } = await read(source, false)
  return contents
}

/** Like `readBundle`, and the static checks in the same worker, within the same time. */
export async function scanBundle(
  source: Uint8Array | string,
): Promise<{ readonly contents: BundleContents; readonly scan: Scan }> {
  const { contents, findings } = await read(source, true)
  const scan = { verdict: verdictOf(findings), findings }
  return { contents: { ...contents, scan }, scan }
}

async function read(source: Uint8Array | string, scan: boolean) {
  if (typeof source !== 'string' && source.length > MAX_BUNDLE_BYTES) {
    throw bundleError('BUNDLE_TOO_LARGE', `Expected at most ${MAX_BUNDLE_BYTES} bytes, found ${source.length}.`)
  }
  const answer = await runJob({ kind: 'read', source, scan }, READ_BUDGET_MS)
  if (answer.kind !== 'read') throw bundleError('BUNDLE_READER_FAILED', 'Expected a read bundle, found another answer.')
  const { content, places, findings, ...rest } = answer.read
  const files = new Map(places.map(([path, offset, length]) => [path, new Uint8Array(content, offset, length)]))
  return { contents: { ...rest, files }, findings }
}
