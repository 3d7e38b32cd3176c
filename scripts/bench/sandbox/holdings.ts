import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { childrenOf, openDescriptors, residentOf } from './resident.ts'
import type { NexusCells } from './nexus-cell.ts'

/** What this process and its cells hold at one moment. */
export interface Holdings {
  readonly hostBytes: number
  readonly cellsBytes: number
  readonly descriptors: number
  /** What keeps this process alive, timers left out. */
  readonly handles: number
  readonly processes: number
  /** Files and folders in the folder of the host. */
  readonly files: number
  readonly cells: number
}

/** Cells without tenants have gone by then, and the spare one has come. */
const REST_MS = 7_000
/** How much larger this process and its cells may be. */
const GROWTH = 1.1
/** Counts may differ by what belongs to one cell: the spare one may have come or gone. */
const CELL_DESCRIPTORS = 8
const CELL_PROCESSES = 4

/** Waits until everything that goes by itself has gone, then looks. */
export async function lookAtHoldings(cells: NexusCells): Promise<Holdings> {
  await sleep(REST_MS)
  collectGarbage()
  const running = cells.host.cells()
  return {
    hostBytes: process.memoryUsage.rss(),
    cellsBytes: residentOf(running),
    descriptors: openDescriptors(),
    handles: process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate').length,
    processes: processesBelow(process.pid),
    files: (await readdir(cells.folder, { recursive: true })).length,
    cells: running.length,
  }
}

/** What is there afterwards that was not there before; one sentence each, none when all is well. */
export function leftBehind(before: Holdings, after: Holdings): readonly string[] {
  const left: string[] = []
  const atMost = (what: string, held: number, allowed: number): void => {
    if (held > allowed) left.push(`${what}: expected at most ${allowed.toFixed(0)}, found ${held}.`)
  }
  const spare = Math.max(0, after.cells - before.cells)
  atMost('Bytes of the host', after.hostBytes, before.hostBytes * GROWTH)
  atMost('Bytes per cell', after.cellsBytes / after.cells, (before.cellsBytes / before.cells) * GROWTH)
  atMost('Cells', after.cells, before.cells + 1)
  atMost('Processes', after.processes, before.processes + spare * CELL_PROCESSES)
  atMost('Descriptors', after.descriptors, before.descriptors + spare * CELL_DESCRIPTORS)
  atMost('Handles', after.handles, before.handles + spare * CELL_DESCRIPTORS)
  atMost('Files', after.files, before.files)
  return left
}

export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
}

function processesBelow(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + 1 + processesBelow(child), 0)
}
