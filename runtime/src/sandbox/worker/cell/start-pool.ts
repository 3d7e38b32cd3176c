import type { Piscina } from 'piscina'
import type { ClosedHead, OpenHead } from '../../cell/cell-limits.ts'
import { memoryBreach } from '../../cell/entry-runner.ts'
import { YOUNG_GENERATION_MB } from '../limits.ts'
import type { ThreadBirth } from '../words.ts'

/** What a pool is started with. */
export interface PoolParts {
  readonly piscina: typeof Piscina
  /** File that each thread runs. */
  readonly threadPath: string
  readonly open: OpenHead
  readonly code: string
  readonly threads: number
}

/** The most calls that are given to one thread; how many there may be at once is the host's to say. */
const CALLS_PER_THREAD = 65_536

/** A pool of a fixed number of threads without environment, options or streams of their own. */
export function startPool({ piscina: Pool, threadPath, open, code, threads }: PoolParts): Piscina {
  const birth: ThreadBirth = { pluginId: open.pluginId, code, boot: open.boot, shape: open.shape }
  return new Pool({
    filename: threadPath,
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: CALLS_PER_THREAD,
    idleTimeout: Number.POSITIVE_INFINITY,
    // Handlers wait for capabilities, so a thread without calls must still hear its timers and answers.
    atomics: 'disabled',
    env: {},
    execArgv: [],
    workerData: birth,
    recordTiming: false,
    resourceLimits: {
      maxOldGenerationSizeMb: open.limits.memoryMb,
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
    },
  })
}

/** Why a thread is gone, as the pool tells it. */
export function deathOf(error: unknown, memoryMb: number): ClosedHead {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (isMemory) return memoryBreach(memoryMb)
  return { code: 'SANDBOX_CRASHED', message: 'A worker thread of this plugin died.' }
}
