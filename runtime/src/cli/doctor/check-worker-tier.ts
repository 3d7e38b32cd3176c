import { join } from 'node:path'
import { peekTrustFile } from '../../install/trust-file.ts'
import { planThreads } from '../../sandbox/worker/plan-threads.ts'
import { NOT_A_BOUNDARY } from '../../sandbox/worker/require-trust.ts'
import { type Check, ok } from './check.ts'

/** Whose code may run in worker threads, and what stands around their processes. */
export const checkWorkerTier: Check = {
  name: 'Worker threads',
  async run({ config }) {
    const { level } = planThreads({ cellPath: 'main.mjs', threadPath: 'thread.mjs' }).containment
    const { publishers } = await peekTrustFile(join(config.dataDir, 'trust.json'), config.registryUrl ?? '')
    const trusted = Object.entries(publishers).flatMap(([id, { workers }]) => (workers ? [id] : []))
    const whose = trusted.length === 0 ? 'nobody' : trusted.toSorted().join(', ')
    return ok(`${level}; trusted with them: ${whose}. ${NOT_A_BOUNDARY}`)
  },
}
