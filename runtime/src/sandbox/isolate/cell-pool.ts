import { sandboxError } from '../errors.ts'
import type { CapabilityPort, SandboxSpec } from '../sandbox.ts'
import type { SandboxLogger } from '../sandbox-logger.ts'
import { type CellProcess, type CellProcessOptions, startCellProcess } from './cell-process.ts'
import { type Cell, groupOf, hasRoom, heapMegabytes, noteBreach, settleEndedCell } from './cell.ts'
import { type IsolateSandbox, createIsolateSandbox } from './isolate-sandbox.ts'
import {
  CELL_BASE_BYTES,
  CELL_LINGER_MS,
  DRAIN_MS,
  DRAIN_POLL_MS,
  MEMORY_FACTOR,
  SPARE_CELL_WAIT_MS,
} from './limits.ts'

/** Cells and who lives in them. */
export interface CellPool extends AsyncDisposable {
  /** Makes a sandbox in a fitting cell; it is not opened yet. */
  place(spec: SandboxSpec, port: CapabilityPort): Promise<Placed>
  /** Process ids of the running cells. */
  cells(): readonly number[]
}

export interface Placed {
  readonly isolate: IsolateSandbox
  readonly number: number
  readonly cell: CellProcess
  /** The installation did something that costs neighbours: next time it gets a cell of its own. */
  blame(): void
}

/** No group of sandboxes has this name. */
const SPARE = 'spare'

/** What the pool remembers. */
interface Pool {
  readonly start: Pick<CellProcessOptions, 'plan' | 'guestCode' | 'maxFrameBytes' | 'logger'>
  readonly cells: Set<Cell>
  readonly offenders: Set<string>
  closed: boolean
  lastNumber: number
  /** An empty cell that waits for whoever needs one next. */
  spare: Cell | undefined
  spareTimer: NodeJS.Timeout | undefined
}

export function createCellPool(
  start: Pick<CellProcessOptions, 'plan' | 'guestCode' | 'maxFrameBytes'>,
  logger: SandboxLogger,
): CellPool {
  const pool: Pool = {
    start: { ...start, logger },
    cells: new Set(),
    offenders: new Set(),
    closed: false,
    lastNumber: 0,
    spare: undefined,
    spareTimer: undefined,
  }
  return {
    place: (spec, port) => place(pool, spec, port),
    cells: () => [...pool.cells].flatMap((cell) => (cell.pid === undefined ? [] : [cell.pid])),
    async [Symbol.asyncDispose]() {
      pool.closed = true
      clearTimeout(pool.spareTimer)
      await Promise.all([...pool.cells].map(stopCell))
    },
  }
}

async function place(pool: Pool, spec: SandboxSpec, port: CapabilityPort): Promise<Placed> {
  if (pool.closed) {
    throw sandboxError('SANDBOX_UNAVAILABLE', 'Expected a running sandbox host, found one that is stopping.')
  }
  const group = groupOf(spec, pool.offenders)
  const now = performance.now()
  const cell = [...pool.cells].find((other) => other.group === group && hasRoom(other, now)) ?? openCell(pool, group)
  clearTimeout(cell.linger)
  cell.linger = undefined
  cell.reserved += 1
  try {
    return moveIn(pool, cell, await cell.ready, spec, port)
  } finally {
    cell.reserved -= 1
  }
}

/** The spare cell when there is one; a dead cell's tenants are back without waiting for a process to start. */
function openCell(pool: Pool, group: string): Cell {
  const { spare } = pool
  pool.spare = undefined
  keepSpare(pool)
  if (spare === undefined || spare.ended) return startCell(pool, group)
  spare.group = group
  return spare
}

function keepSpare(pool: Pool): void {
  clearTimeout(pool.spareTimer)
  pool.spareTimer = setTimeout(() => {
    if (!pool.closed) pool.spare ??= startCell(pool, SPARE)
  }, SPARE_CELL_WAIT_MS)
  pool.spareTimer.unref()
}

function startCell(pool: Pool, group: string): Cell {
  const sandboxes = new Map<number, IsolateSandbox>()
  const ready = startCellProcess({
    ...pool.start,
    memoryCapBytes: () => CELL_BASE_BYTES + MEMORY_FACTOR * 1_048_576 * heapMegabytes(sandboxes),
    onFrame: (frame) => sandboxes.get(frame.sandbox)?.receive(frame),
  })
  const breachedAt = Number.NEGATIVE_INFINITY
  const cell: Cell = {
    group,
    ready,
    sandboxes,
    pid: undefined,
    tenancies: 0,
    reserved: 0,
    ended: false,
    breachedAt,
    linger: undefined,
  }
  pool.cells.add(cell)
  void follow(pool, cell)
  return cell
}

/** Stays with a cell until it is gone. */
async function follow(pool: Pool, cell: Cell): Promise<void> {
  try {
    const running = await cell.ready
    cell.pid = running.pid
    const why = await running.ended
    settleEndedCell(cell, why, pool.offenders)
  } catch {
    // It never became ready; whoever waits for a place in it has the error.
    cell.sandboxes.clear()
  } finally {
    cell.ended = true
    if (pool.spare === cell) pool.spare = undefined
    clearTimeout(cell.linger)
    pool.cells.delete(cell)
  }
}

function moveIn(pool: Pool, cell: Cell, running: CellProcess, spec: SandboxSpec, port: CapabilityPort): Placed {
  pool.lastNumber = (pool.lastNumber % 0xff_ff_ff_fe) + 1
  const number = pool.lastNumber
  const isolate: IsolateSandbox = createIsolateSandbox({
    number,
    spec,
    port,
    channel: running.channel,
    latestReport: () => running.reports().find((report) => report.sandbox === number),
    onProtocolBreach: () => running.kill('protocol'),
    onStuck: () => void recycle(pool, cell, running, isolate),
  })
  cell.tenancies += 1
  cell.sandboxes.set(number, isolate)
  void moveOut(cell, number, isolate)
  if (cell.ended) isolate.end({ code: 'SANDBOX_CRASHED', message: 'The process that runs this plugin died.' })
  return { isolate, number, cell: running, blame: () => void pool.offenders.add(spec.installationId) }
}

async function moveOut(cell: Cell, number: number, isolate: IsolateSandbox): Promise<void> {
  const { code } = await isolate.sandbox.exited
  noteBreach(cell, code, performance.now())
  cell.sandboxes.delete(number)
  if (cell.sandboxes.size > 0 || cell.reserved > 0 || cell.ended) return
  // Nobody may move in after a breach, so there is nobody to wait for.
  if (!hasRoom(cell, performance.now())) {
    void stopCell(cell)
    return
  }
  cell.linger ??= setTimeout(() => {
    cell.linger = undefined
    if (cell.sandboxes.size === 0 && cell.reserved === 0) void stopCell(cell)
  }, CELL_LINGER_MS)
}

/** A thread of this cell cannot be stopped: takes in nobody, gives calls that are nearly done a moment, then kills. */
async function recycle(pool: Pool, cell: Cell, running: CellProcess, offender: IsolateSandbox): Promise<void> {
  pool.offenders.add(offender.spec.installationId)
  if (cell.ended) return
  cell.ended = true
  const until = performance.now() + DRAIN_MS
  const hasBusyNeighbour = (): boolean =>
    [...cell.sandboxes.values()].some((other) => other !== offender && other.isBusy())
  while (performance.now() < until && hasBusyNeighbour()) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
  }
  running.kill('stuck')
}

async function stopCell(cell: Cell): Promise<void> {
  clearTimeout(cell.linger)
  try {
    const running = await cell.ready
    running.kill('closed')
    await running.ended
  } catch {
    // A cell that never became ready has ended by itself, which is all that is wanted here.
    cell.ended = true
  }
}
