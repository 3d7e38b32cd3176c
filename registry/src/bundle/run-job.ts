import { Worker } from 'node:worker_threads'
import { bundleError, isBundleErrorCode } from './errors.ts'
import { MAX_WORKERS, WORKER_HEAP_MB } from './limits.ts'
import type { Answer, Job } from './work.ts'

let running = 0
const waiting: (() => void)[] = []

/** Runs one job in a thread of its own and ends the thread, however hostile the input. */
export async function runJob(job: Job, budgetMs: number): Promise<Exclude<Answer, { kind: 'refused' }>> {
  if (running >= MAX_WORKERS) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    const answer = await runWorker(job, budgetMs)
    if (answer.kind !== 'refused') return answer
    const code = isBundleErrorCode(answer.code) ? answer.code : 'BUNDLE_READER_FAILED'
    throw bundleError(code, answer.message, { details: answer.details })
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

async function runWorker(job: Job, budgetMs: number): Promise<Answer> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: job,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
  })
  const timer = Promise.withResolvers<never>()
  const clock = setTimeout(() => {
    timer.reject(
      bundleError('BUNDLE_TIMEOUT', `Expected the work to take at most ${budgetMs} ms, found it still running.`),
    )
  }, budgetMs)
  const answered = new Promise<Answer>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', (cause) => {
      const failed = 'Expected the bundle to be read within its memory, found that the reader failed.'
      reject(
        bundleError(isOutOfMemory(cause) ? 'BUNDLE_UNPACKED_TOO_LARGE' : 'BUNDLE_READER_FAILED', failed, { cause }),
      )
    })
    worker.once('exit', () => {
      reject(
        bundleError(
          'BUNDLE_READER_FAILED',
          'Expected an answer from the bundle reader, found that it ended without one.',
        ),
      )
    })
  })
  try {
    return await Promise.race([answered, timer.promise])
  } finally {
    clearTimeout(clock)
    await worker.terminate()
  }
}

function isOutOfMemory(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
