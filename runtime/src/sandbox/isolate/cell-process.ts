import { type ChildProcess, spawn } from 'node:child_process'
import { Duplex, Readable } from 'node:stream'
import { type Channel, openChannel } from '../channel/channel.ts'
import { type Frame, frameKinds } from '../channel/frame.ts'
import { sandboxError } from '../errors.ts'
import { pongSchema, readText } from './frame-schemas.ts'
import {
  CELL_START_MS,
  HEARTBEAT_KILL_MS,
  HEARTBEAT_MS,
  MEMORY_HARD_FACTOR,
  MEMORY_LAST_WORD_MS,
  MEMORY_POLL_MS,
  STDERR_BYTES,
} from './limits.ts'
import type { CellPlan } from './plan-cell.ts'
import { findInnerProcess, readResidentBytes, volunteerForMemoryKill } from './read-memory.ts'
import type { SandboxLogger } from '../sandbox-logger.ts'

/** What one sandbox of a cell used, as the cell says. */
export interface SandboxReport {
  readonly sandbox: number
  readonly cpuMicroseconds: number
  readonly heapBytes: number
  readonly runningMs: number
}

/** Why a cell died. */
export type CellEnd = 'closed' | 'crashed' | 'memory' | 'silent' | 'stuck' | 'protocol'

/** One cell: a supervised process. It is only ever ended by SIGKILL. */
export interface CellProcess {
  readonly pid: number
  readonly channel: Channel
  /** Latest report of the cell about its sandboxes. */
  reports(): readonly SandboxReport[]
  kill(reason: CellEnd): void
  /** Settles (never rejects) when the process is gone. */
  readonly ended: Promise<CellEnd>
}

export interface CellProcessOptions {
  readonly plan: CellPlan
  readonly guestCode: string
  readonly maxFrameBytes: number
  readonly memoryCapBytes: () => number
  readonly onFrame: (frame: Frame) => void
  readonly logger: SandboxLogger
}

/** Starts a cell and resolves when it is ready for sandboxes. */
export async function startCellProcess(options: CellProcessOptions): Promise<CellProcess> {
  const { plan } = options
  const child = spawn(plan.file, plan.args, {
    env: {},
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', ...(plan.tellsPid ? (['pipe'] as const) : [])],
  })
  const socket = child.stdio[3]
  if (child.pid === undefined || !(socket instanceof Duplex)) {
    await new Promise((resolve) => child.once('error', resolve))
    throw sandboxError(
      'SANDBOX_UNAVAILABLE',
      `Expected a cell process to start with ${plan.file}, the system refused it.`,
    )
  }
  const supervised = supervise(child, child.pid, socket, options)
  await supervised.prepared
  return supervised.cell
}

function supervise(child: ChildProcess, pid: number, socket: Duplex, options: CellProcessOptions) {
  const prepared = Promise.withResolvers<void>()
  const said = collectTail(child.stderr)
  let reason: CellEnd | undefined
  let heardAt = performance.now()
  let reports: readonly SandboxReport[] = []
  let innerPid = pid
  void readInnerPid(child).then((found) => {
    innerPid = found ?? pid
    volunteerForMemoryKill(innerPid)
  })

  const kill = (why: CellEnd): void => {
    reason ??= why
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (error) {
      // ESRCH: gone already.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
  const channel = openChannel(socket, options.maxFrameBytes, {
    onFrame(frame) {
      heardAt = performance.now()
      if (frame.kind === frameKinds.prepared) prepared.resolve()
      else if (frame.kind === frameKinds.pong) {
        const pong = readText(pongSchema, frame.body.toString('utf8'))
        if (pong === undefined) kill('protocol')
        else {
          reports = pong.sandboxes
          if (innerPid === pid && pong.rssBytes > options.memoryCapBytes()) kill('memory')
        }
      } else options.onFrame(frame)
    },
    onEnd(error) {
      if (error !== undefined) options.logger.warn({ pid, reason: error.message }, 'A cell broke the channel.')
      kill(error instanceof RangeError ? 'protocol' : 'crashed')
    },
  })
  const heartbeat = setInterval(() => {
    if (performance.now() - heardAt > HEARTBEAT_KILL_MS) kill('silent')
    else channel.send(frameKinds.ping, 0, 0)
  }, HEARTBEAT_MS)
  let convicting: NodeJS.Timeout | undefined
  const memory = setInterval(() => {
    const over = (readResidentBytes(innerPid) ?? 0) / options.memoryCapBytes()
    if (over > MEMORY_HARD_FACTOR) kill('memory')
    else if (over > 1 && convicting === undefined) {
      // One last question: whose code is running? Only that one is to blame.
      channel.send(frameKinds.ping, 0, 0)
      convicting = setTimeout(() => kill('memory'), MEMORY_LAST_WORD_MS)
    }
  }, MEMORY_POLL_MS)
  const late = setTimeout(() => kill('silent'), CELL_START_MS)
  void prepared.promise.then(
    () => clearTimeout(late),
    () => undefined,
  )

  const ended = new Promise<CellEnd>((resolve) => {
    const done = (): void => {
      for (const timer of [heartbeat, memory, late, convicting]) clearTimeout(timer)
      channel.close()
      const why = reason ?? 'crashed'
      prepared.reject(
        sandboxError(
          'SANDBOX_UNAVAILABLE',
          `Expected a cell process to become ready, it ended (${why}): ${said().trim() || 'it said nothing'}`,
        ),
      )
      if (why !== 'closed') options.logger.warn({ pid, why, stderr: said() }, 'A cell ended.')
      resolve(why)
    }
    child.once('exit', done)
    child.once('error', done)
  })
  channel.send(frameKinds.prepare, 0, 0, '', options.guestCode)
  const cell: CellProcess = { pid, channel, reports: () => reports, kill, ended }
  return { cell, prepared: prepared.promise }
}

/** The last bytes a cell wrote to stderr: V8's last words when it aborts. */
function collectTail(stream: Readable | null): () => string {
  let tail = ''
  stream?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('latin1')).slice(-STDERR_BYTES)
  })
  return () => tail
}

async function readInnerPid(child: ChildProcess): Promise<number | undefined> {
  const info = child.stdio[4]
  if (!(info instanceof Readable)) return undefined
  let text = ''
  for await (const chunk of info) text = (text + String(chunk)).slice(0, STDERR_BYTES)
  const boxPid = /"child-pid":\s*(\d+)/.exec(text)?.[1]
  return boxPid === undefined ? undefined : findInnerProcess(Number(boxPid))
}
