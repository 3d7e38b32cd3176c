import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { type CellPlan, planProgram } from '../isolate/plan-cell.ts'
import type { WorkerCode } from './bundle-worker-code.ts'

/**
 * How a worker cell is boxed: like a cell of isolates, but Node may start worker threads in it instead of loading an
 * addon, and its threads may run side by side. Node's permissions do not hold inside worker threads, so without
 * bubblewrap nothing but honesty keeps this code from files.
 */
export function planThreads(code: WorkerCode, strength?: 'strongest' | 'permission', mayInspect = false): CellPlan {
  // Its main file stands in `dist`, which reads the package's own package.json beside.
  const pool = dirname(dirname(createRequire(import.meta.url).resolve('piscina')))
  const files = [
    { path: code.cellPath, name: 'main.mjs' },
    { path: pool, name: 'piscina' },
    { path: code.threadPath, name: 'thread.mjs' },
  ]
  return planProgram({ files, power: '--allow-worker', takesTurns: false, mayInspect }, strength)
}
