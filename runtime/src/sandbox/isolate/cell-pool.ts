import { sandboxError } from '../errors.ts'
import type { CapabilityPort, SandboxSpec } from '../sandbox.ts'
import { type CellEnd, type CellProcess, type CellProcessOptions, startCellProcess } from './cell-process.ts'
import { type IsolateSandbox, createIsolateSandbox } from './isolate-sandbox.ts'
import {
  BREACH_SHADOW_MS,
  CELL_BASE_BYTES,
  CELL_LINGER_MS,
  DOUBT_MS,
  DRAIN_MS,
  MEMORY_FACTOR,
  SANDBOXES_PER_CELL,
} from './limits.ts'
import type { SandboxLogger } from '../sandbox-logger.ts'

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

interface Cell {
  readonly group: string
  readonly ready: Promise<CellProcess>
  readonly sandboxes: Map<number, IsolateSandbox>
  pid: number | undefined
  reserved: number
  ended: boolean
  /** When a sandbox of this cell last ended by a breach; its thread may go on doing harm. */
  breachedAt: number
  linger: NodeJS.Timeout | undefined
}

const breaches = new Set(['SANDBOX_CPU', 'SANDBOX_START_TIMEOUT'])

const endTexts: Readonly<Record<CellEnd, string>> = {
  closed: 'The host is stopping.',
  crashed: 'The process that runs this plugin died.',
  memory: 'The process that runs this plugin used more memory than its sandboxes may.',
  silent: 'The process that runs this plugin stopped answering.',
  stuck: 'The process that runs this plugin held code that could not be stopped.',
  protocol: 'The process that runs this plugin broke the channel protocol.',
}

export function createCellPool(
  start: Pick<CellProcessOptions, 'plan' | 'guestCode' | 'maxFrameBytes'>,
  logger: SandboxLogger,
): CellPool {
  const cells = new Set<Cell>()
  const offenders = new Set<string>()
  let closed = false
  let lastNumber = 0

  const ended = (cell: Cell, why: CellEnd): void => {
    cell.ended = true
    cells.delete(cell)
    clearTimeout(cell.linger)
    const suspects = suspectsOf(cell)
    for (const isolate of cell.sandboxes.values()) {
      const suspected = suspects.includes(isolate) && why !== 'closed'
      if (suspected) offenders.add(isolate.spec.installationId)
      // Only a single suspect is surely the one: several are all tried alone next time.
      const isGuilty = suspected && suspects.length === 1 && isolate.wasRunning()
      if (why === 'closed') isolate.end('SANDBOX_CLOSED', endTexts.closed)
      else if (isGuilty && why === 'memory')
        isolate.end(
          'SANDBOX_MEMORY',
          `${endTexts.memory} Expected about ${isolate.spec.limits.memoryMb} MiB (memoryMb).`,
        )
      else isolate.end('SANDBOX_CRASHED', endTexts[why])
    }
    cell.sandboxes.clear()
  }

  const open = (group: string): Cell => {
    const sandboxes = new Map<number, IsolateSandbox>()
    const ready = startCellProcess({
      ...start,
      logger,
      memoryCapBytes: () => CELL_BASE_BYTES + MEMORY_FACTOR * 1_048_576 * sum(sandboxes),
      onFrame: (frame) => sandboxes.get(frame.sandbox)?.receive(frame),
    })
    const cell: Cell = {
      group,
      ready,
      sandboxes,
      pid: undefined,
      reserved: 0,
      ended: false,
      breachedAt: Number.NEGATIVE_INFINITY,
      linger: undefined,
    }
    cells.add(cell)
    ready.then(
      async (running) => {
        cell.pid = running.pid
        ended(cell, await running.ended)
      },
      () => {
        cell.ended = true
        cells.delete(cell)
      },
    )
    return cell
  }

  const find = (spec: SandboxSpec): Cell => {
    const group = groupOf(spec, offenders)
    const now = performance.now()
    const hasRoom = (cell: Cell): boolean =>
      !cell.ended && now - cell.breachedAt > DOUBT_MS && cell.sandboxes.size + cell.reserved < SANDBOXES_PER_CELL
    const free = [...cells].find((cell) => cell.group === group && hasRoom(cell))
    return free ?? open(group)
  }

  const leave = (cell: Cell, number: number): void => {
    cell.sandboxes.delete(number)
    if (cell.sandboxes.size > 0 || cell.reserved > 0 || cell.ended) return
    cell.linger ??= setTimeout(() => {
      cell.linger = undefined
      if (cell.sandboxes.size === 0 && cell.reserved === 0) void cell.ready.then((running) => running.kill('closed'))
    }, CELL_LINGER_MS)
  }

  return {
    async place(spec, port) {
      if (closed)
        throw sandboxError('SANDBOX_UNAVAILABLE', 'Expected a running sandbox host, found one that is stopping.')
      const cell = find(spec)
      clearTimeout(cell.linger)
      cell.linger = undefined
      cell.reserved += 1
      try {
        const running = await cell.ready
        lastNumber = (lastNumber % 0xff_ff_ff_fe) + 1
        const number = lastNumber
        const stuck = (): void => void drain(cell, running, isolate)
        const blame = (): void => void offenders.add(spec.installationId)
        const isolate: IsolateSandbox = createIsolateSandbox({
          number,
          spec,
          port,
          channel: running.channel,
          latestReport: () => running.reports().find((report) => report.sandbox === number),
          onProtocolBreach: () => running.kill('protocol'),
          onStuck: stuck,
        })
        cell.sandboxes.set(number, isolate)
        void isolate.sandbox.exited.then(({ code }) => {
          // The allocator keeps what a memory bomb took: such a cell is used up, whoever stays in it.
          if (code === 'SANDBOX_MEMORY') cell.breachedAt = Number.POSITIVE_INFINITY
          else if (breaches.has(code)) cell.breachedAt = Math.max(cell.breachedAt, performance.now())
          leave(cell, number)
        })
        if (cell.ended) isolate.end('SANDBOX_CRASHED', endTexts.crashed)
        return { isolate, number, cell: running, blame }
      } finally {
        cell.reserved -= 1
      }
    },
    cells: () => [...cells].flatMap((cell) => (cell.pid === undefined ? [] : [cell.pid])),
    async [Symbol.asyncDispose]() {
      closed = true
      await Promise.all([...cells].map((cell) => stopCell(cell)))
    },
  }

  async function drain(cell: Cell, running: CellProcess, offender: IsolateSandbox): Promise<void> {
    offenders.add(offender.spec.installationId)
    if (cell.ended) return
    // No new tenants; those whose calls are nearly done get a moment.
    cell.ended = true
    const until = performance.now() + DRAIN_MS
    while (
      performance.now() < until &&
      [...cell.sandboxes.values()].some((isolate) => isolate !== offender && isolate.isBusy())
    ) {
      await new Promise((resolve) => setTimeout(resolve, 10))
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
}

function sum(sandboxes: ReadonlyMap<number, IsolateSandbox>): number {
  let total = 0
  for (const isolate of sandboxes.values()) total += isolate.spec.limits.memoryMb
  return total
}

/**
 * Who may share a cell: sandboxes of one workspace and profile. Whoever holds secrets in plain text, signs people in,
 * or did harm before, lives alone.
 */
function groupOf(spec: SandboxSpec, offenders: ReadonlySet<string>): string {
  const secrets = [...(spec.manifest.permissions.secrets ?? []), ...(spec.manifest.optionalPermissions.secrets ?? [])]
  const isAlone =
    spec.manifest.kind === 'auth-provider' ||
    secrets.some((secret) => secret.access === 'read') ||
    offenders.has(spec.installationId)
  return isAlone ? `alone ${spec.installationId}` : `shared ${spec.workspaceId} ${spec.profile.name}`
}

/** Those whose code may have killed the cell: who was running when last heard, else who had calls in flight. */
function suspectsOf(cell: Cell): readonly IsolateSandbox[] {
  // Whoever did it has been ended already; those who are still here only shared a cell with it.
  if (performance.now() - cell.breachedAt < BREACH_SHADOW_MS) return []
  const busy = [...cell.sandboxes.values()].filter((isolate) => isolate.isBusy())
  const running = busy.filter((isolate) => isolate.wasRunning())
  return running.length > 0 ? running : busy
}
