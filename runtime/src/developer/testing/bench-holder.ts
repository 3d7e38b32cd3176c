import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { BENCH_LINGER_MS } from '../limits.ts'
import type { Workbench } from '../workbench/open-workbench.ts'
import type { TestProcess } from './register-testing.ts'

/** One workbench for all tests of a process, open while any of its plugins is. */
export interface BenchHolder {
  use<Resource extends AsyncDisposable>(open: (bench: Workbench) => Promise<Resource>): Promise<Resource>
}

export function createBenchHolder({ folder, environment }: TestProcess): BenchHolder {
  let bench: Promise<Workbench> | undefined
  let users = 0
  const dataDir = join(folder, '.nexus', `test-${process.pid}`)
  const release = async (): Promise<void> => {
    users -= 1
    // The next test often opens the next plugin at once.
    await setTimeout(BENCH_LINGER_MS, undefined, { ref: true })
    const open = bench
    if (users > 0 || open === undefined) return
    bench = undefined
    await (await open)[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true, force: true })
  }
  const openBench = async (): Promise<Workbench> => {
    const { openWorkbench } = await import('../workbench/open-workbench.ts')
    return await openWorkbench({ dataDir, cacheDir: join(folder, '.nexus', 'cache'), environment, byHand: true })
  }
  return {
    async use(open) {
      users += 1
      try {
        bench ??= openBench()
        const resource = await open(await bench)
        let isOpen = true
        return {
          ...resource,
          async [Symbol.asyncDispose]() {
            if (!isOpen) return
            isOpen = false
            try {
              await resource[Symbol.asyncDispose]()
            } finally {
              void release()
            }
          },
        }
      } catch (error) {
        void release()
        throw error
      }
    },
  }
}
