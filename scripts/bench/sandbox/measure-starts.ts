import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { type Holdings, collectGarbage, lookAtHoldings } from './holdings.ts'
import { type NexusCells, callSandbox } from './nexus-cell.ts'
import { residentOf } from './resident.ts'

const never = new AbortController().signal
/** A person's install or a first call comes when the cell is at rest. */
const REST_MS = 120
/** By then a cell has collected what its idle sandboxes do not need, and the spare cell is there. */
const SETTLE_MS = 5_000

export interface ColdStart {
  readonly kilobytes: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** From `open` to the first answer, inside a cell that runs already, with compiled code on disk. */
export async function measureColdStart(cells: NexusCells, bytes: number, runs: number): Promise<ColdStart> {
  const times: number[] = []
  // The first one has its code compiled for the next ones.
  for (let run = -2; run < runs; run += 1) {
    await sleep(run < 0 ? 1_000 : REST_MS)
    const began = performance.now()
    const sandbox = await cells.host.open(cells.spec('bench', bytes), cells.port, never)
    await callSandbox(sandbox, 'echo', '{"text":"x"}')
    if (run >= 0) times.push(performance.now() - began)
    await sandbox[Symbol.asyncDispose]()
  }
  const sorted = times.toSorted((left, right) => left - right)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { kilobytes: bytes / 1000, p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** From nothing to a cell with a plugin that answered, in milliseconds; the median of some runs. */
export async function measureCellStart(cells: NexusCells, runs: number): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now()
    const cell = await cells.startCell()
    times.push(performance.now() - began)
    await cell[Symbol.asyncDispose]()
  }
  return times.toSorted((left, right) => left - right)[Math.floor(runs / 2)] ?? Number.NaN
}

/** Memory that one more idle installation costs a shared cell, bytes. */
export async function measureIdleCost(cells: NexusCells, installations: number): Promise<number> {
  const opened: Sandbox[] = []
  const add = async (name: string): Promise<void> => {
    const sandbox = await cells.host.open(cells.spec(name), cells.port, never)
    await callSandbox(sandbox, 'echo', '{"text":"x"}')
    opened.push(sandbox)
  }
  await add('first')
  await sleep(SETTLE_MS)
  const before = residentOf(cells.host.cells())
  for (let index = 0; index < installations; index += 1) await add(`idle-${index}`)
  await sleep(SETTLE_MS)
  const after = residentOf(cells.host.cells())
  await Promise.all(opened.map((sandbox) => sandbox[Symbol.asyncDispose]()))
  return (after - before) / installations
}

export interface Cycles {
  readonly cycles: number
  readonly before: Holdings
  readonly after: Holdings
}

/** Starts and stops again and again: what is left behind, in this process and in the cells. */
export async function measureCycles(cells: NexusCells, cycles: number): Promise<Cycles> {
  const cycle = async (name: string): Promise<void> => {
    const sandbox = await cells.host.open(cells.spec(name), cells.port, never)
    await callSandbox(sandbox, 'echo', '{"text":"x"}')
    await sandbox[Symbol.asyncDispose]()
  }
  const lane = async (name: string, times: number): Promise<void> => {
    for (let run = 0; run < times; run += 1) await cycle(name)
  }
  // Allocators keep what they once had: the first twentieth fills them.
  await Promise.all([lane('a', cycles / 40), lane('b', cycles / 40)])
  const before = await lookAtHoldings(cells)
  await Promise.all([lane('a', cycles / 2), lane('b', cycles / 2)])
  return { cycles, before, after: await lookAtHoldings(cells) }
}

/** Memory that hibernated installations cost this process, bytes each. */
export async function measureHibernated(cells: NexusCells, installations: number): Promise<number> {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const kept: Sandbox[] = []
  for (let index = 0; index < installations; index += 1) kept.push(await cells.openAsleep(`asleep-${index}`))
  collectGarbage()
  const bytes = (process.memoryUsage().heapUsed - before) / installations
  await Promise.all(kept.map((sandbox) => sandbox[Symbol.asyncDispose]()))
  return bytes
}
