import { Worker } from 'node:worker_threads'
import { bundleError, isBundleErrorCode } from './errors.ts'
import { MAX_WAITING_JOBS, MAX_WORKERS, WORKER_HEAP_MB, WORKER_IDLE_MS } from './limits.ts'
import type { Answer, Job } from './work.ts'

interface IdleWorker {
  readonly worker: Worker
  readonly end: NodeJS.Timeout
}

const idle: IdleWorker[] = []
const waiting: (() => void)[] = []
let running = 0

/** Runs one job in a thread that runs nothing else meanwhile. A thread that fails or is late is ended, never reused. */
export async function runJob(job: Job, budgetMs: number): Promise<Exclude<Answer, { kind: 'refused' }>> {
  if (waiting.length >= MAX_WAITING_JOBS) {
    throw bundleError(
      'BUNDLE_BUSY',
      `Expected at most ${MAX_WAITING_JOBS} bundles to wait, found more. Try again later.`,
    )
  }
  if (running >= MAX_WORKERS) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    const answer = await runInWorker(job, budgetMs)
    if (answer.kind !== 'refused') return answer
    const code = isBundleErrorCode(answer.code) ? answer.code : 'BUNDLE_READER_FAILED'
    throw bundleError(code, answer.message, { details: answer.details })
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

async function runInWorker(job: Job, budgetMs: number): Promise<Answer> {
  const worker = takeWorker()
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const clock = setTimeout(() => {
    reject(bundleError('BUNDLE_TIMEOUT', `Expected the work to take at most ${budgetMs} ms, found it still running.`))
  }, budgetMs)
  const fail = (cause?: unknown) => reject(readerFailed(cause))
  const exit = () => fail()
  worker.once('message', resolve).once('error', fail).once('exit', exit)
  try {
    worker.postMessage(job) // oxlint-disable-line unicorn/require-post-message-target-origin -- a thread, not a window
    const answer = await promise
    // One by one: removing all listeners would also take those that the class keeps for itself.
    worker.off('message', resolve).off('error', fail).off('exit', exit)
    keepWorker(worker)
    return answer
  } catch (error) {
    await worker.terminate()
    throw error
  } finally {
    clearTimeout(clock)
  }
}

function takeWorker(): Worker {
  const kept = idle.pop()
  if (kept === undefined) {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB },
    })
    // Always heard, so that a thread that fails between two jobs does not take the process with it.
    worker.on('error', () => forget(worker))
    return worker
  }
  clearTimeout(kept.end)
  kept.worker.ref()
  return kept.worker
}

/** An idle thread does not keep the process alive, and ends after a while. */
function keepWorker(worker: Worker): void {
  const end = setTimeout(() => {
    forget(worker)
    void worker.terminate()
  }, WORKER_IDLE_MS).unref()
  worker.unref()
  idle.push({ worker, end })
}

function forget(worker: Worker): void {
  const index = idle.findIndex((kept) => kept.worker === worker)
  if (index !== -1) idle.splice(index, 1)
}

function readerFailed(cause: unknown) {
  const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return bundleError(
    outOfMemory ? 'BUNDLE_UNPACKED_TOO_LARGE' : 'BUNDLE_READER_FAILED',
    'Expected the bundle to be read within its memory, found that the reader failed.',
    { cause },
  )
}
