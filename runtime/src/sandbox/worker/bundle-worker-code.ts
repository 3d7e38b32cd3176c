import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle, digestSources, readIfThere, sources, writeWhole } from '../isolate/bundle-code.ts'

/** What runs in worker cells, as plain JavaScript files. */
export interface WorkerCode {
  /** The cell's main thread. */
  readonly cellPath: string
  /** Each worker thread, the guest's prelude included. */
  readonly threadPath: string
}

const workerSources = [...sources, 'worker', 'worker/cell', 'worker/thread']

/** Bundles both once per version of their sources, like the code of other cells. */
export async function bundleWorkerCode(cacheDir: string): Promise<WorkerCode> {
  const digest = await digestSources(workerSources)
  const cellPath = join(cacheDir, `worker-cell-${digest}.mjs`)
  const threadPath = join(cacheDir, `worker-thread-${digest}.mjs`)
  await mkdir(cacheDir, { recursive: true, mode: 0o700 })
  if ((await readIfThere(cellPath)) === undefined)
    await writeWhole(cellPath, await bundle('worker/cell/main.ts', 'node'))
  if ((await readIfThere(threadPath)) === undefined)
    await writeWhole(threadPath, await bundle('worker/thread/main.ts', 'node'))
  return { cellPath, threadPath }
}
