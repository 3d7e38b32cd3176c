import { errorCode } from '@nexus/plugin-api'
import { bundleError } from './errors.ts'
import { RENDER_BUDGET_MS } from './limits.ts'
import { runJob } from './run-job.ts'

/** Renders a README once, at publish, in a worker with a time budget. The HTML is safe to store and to show. */
export async function renderReadme(markdown: string): Promise<string> {
  try {
    const answer = await runJob({ kind: 'render', markdown }, RENDER_BUDGET_MS)
    if (answer.kind === 'render') return answer.html
  } catch (error) {
    if (errorCode(error) !== 'BUNDLE_TIMEOUT') throw error
  }
  throw bundleError(
    'README_FAILED',
    `Expected a README that renders within ${RENDER_BUDGET_MS} ms, found one that does not. Simplify it.`,
  )
}
