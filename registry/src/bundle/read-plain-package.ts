import { bundleError } from './errors.ts'
import { PACKAGE_BUDGET_MS } from './limits.ts'
import type { PackageContents } from './package-contents.ts'
import { runJob } from './run-job.ts'

/**
 * Reads a plain npm package in a worker: the rules of the container and of paths, `package.json`, README. What only a
 * plugin must keep to (manifest, no scripts, no dependencies) is not asked. Fails with one code per broken rule.
 */
export async function readPlainPackage(file: string): Promise<PackageContents> {
  const answer = await runJob({ kind: 'package', file }, PACKAGE_BUDGET_MS)
  if (answer.kind === 'package') return answer.contents
  throw bundleError('BUNDLE_READER_FAILED', 'Expected a read package, found another answer.')
}
