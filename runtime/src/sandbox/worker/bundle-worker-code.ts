import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleAll, digestSources, readIfThere, sources, writeWhole } from '../isolate/bundle-code.ts'

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
  const cached = await Promise.all([cellPath, threadPath].map(readIfThere))
  if (cached.every((code) => code !== undefined)) return { cellPath, threadPath }
  const [cellCode = '', threadCode = ''] = await bundleAll([
    { file: 'worker/cell/main.ts', platform: 'node' },
    { file: 'worker/thread/main.ts', platform: 'node' },
  ])
  await writeWhole(cellPath, cellCode)
  await writeWhole(threadPath, threadCode)
  return { cellPath, threadPath }
}
