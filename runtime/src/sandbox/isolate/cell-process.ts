import { type ChildProcess, spawn } from 'node:child_process'
import { Duplex, Readable, Writable } from 'node:stream'
import { type Channel, openChannel } from '../channel/channel.ts'
import { type Frame, frameKinds } from '../channel/frame.ts'
import { coverForeignDescriptors } from '../containment/foreign-descriptors.ts'
import { sandboxError } from '../errors.ts'
import { openCellGroup } from './cell-group.ts'
import { pongSchema, readText } from './frame-schemas.ts'
import { STDERR_BYTES } from './limits.ts'
import type { CellPlan } from './plan-cell.ts'
import { findInnerProcess, volunteerForMemoryKill } from './read-memory.ts'
import { watchCell } from './watch-cell.ts'
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
  const command = plan.nextCommand()
  const child = spawn(command.file, command.args, {
    env: {},
    cwd: '/',
    detached: true,
    stdio: coverForeignDescriptors([
      'ignore',
      'ignore',
      'pipe',
      'pipe',
      plan.tellsPid ? 'pipe' : 'ignore',
      plan.filter === undefined ? 'ignore' : 'pipe',
    ]),
  })
  const socket = child.stdio[3]
  if (child.pid === undefined || !(socket instanceof Duplex)) {
    await new Promise((resolve) => child.once('error', resolve))
    throw sandboxError(
      'SANDBOX_UNAVAILABLE',
      `Expected a cell process to start with ${command.file}, the system refused it.`,
    )
  }
  const supervised = supervise(child, child.pid, socket, options)
  sendFilter(child, plan.filter)
  await supervised.prepared
  return supervised.cell
}

function supervise(child: ChildProcess, pid: number, socket: Duplex, options: CellProcessOptions) {
  const prepared = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<CellEnd>()
  const said = collectTail(child.stderr)
  let reason: CellEnd | undefined
  let gone = false
  let reports: readonly SandboxReport[] = []
  let innerPid = pid
  const group = openCellGroup(pid)
  void findInnerPid(child, pid, prepared.promise, (found) => (innerPid = found))

  const kill = (why: CellEnd): void => {
    reason ??= why
    if (!gone) killGroup(pid)
  }
  const receive = (frame: Frame): void => {
    watch.heard()
    if (frame.kind === frameKinds.prepared) {
      watch.prepared()
      prepared.resolve()
    } else if (frame.kind === frameKinds.pong) {
      const pong = readText(pongSchema, frame.body.toString('utf8'))
      reports = pong?.sandboxes ?? []
      if (pong === undefined) kill('protocol')
      else watch.saidResidentBytes(pong.rssBytes)
    } else options.onFrame(frame)
  }
  const channel = openChannel(socket, options.maxFrameBytes, {
    onFrame: receive,
    onEnd(error) {
      if (error !== undefined) options.logger.warn({ pid, reason: error.message }, 'A cell broke the channel.')
      kill(error instanceof RangeError ? 'protocol' : 'crashed')
    },
  })
  const watch = watchCell({ channel, pid: () => innerPid, memoryCapBytes: group.follow(options.memoryCapBytes), kill })
  const done = (): void => {
    gone = true
    watch.stop()
    channel.close()
    const why = group.close(reason)
    const words = said().trim()
    prepared.reject(
      sandboxError(
        'SANDBOX_UNAVAILABLE',
        `Expected a cell to become ready, it ended (${why}): ${words === '' ? 'no word' : words}`,
      ),
    )
    if (why !== 'closed') options.logger.warn({ pid, why, stderr: words }, 'A cell ended.')
    ended.resolve(why)
  }
  child.once('exit', done)
  child.once('error', done)
  channel.send(frameKinds.prepare, 0, 0, '', options.guestCode)
  const cell: CellProcess = { pid, channel, reports: () => reports, kill, ended: ended.promise }
  return { cell, prepared: prepared.promise }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: gone already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The last bytes a cell wrote to stderr: V8's last words when it aborts. */
function collectTail(stream: Readable | null): () => string {
  let tail = ''
  stream?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString('latin1')).slice(-STDERR_BYTES)
  })
  return () => tail
}

/** The box reads its filter of system calls before it starts anything. */
function sendFilter(child: ChildProcess, filter: Buffer | undefined): void {
  const pipe = [...child.stdio][5]
  if (!(pipe instanceof Writable)) return
  // A box that ends early is reported by its exit.
  pipe.on('error', () => undefined)
  pipe.end(filter, () => pipe.destroy())
}

/**
 * Finds the process that is watched: inside a box it is not the one that was started. A box tells its own number before
 * it starts what runs in it, so this waits for the cell's first word.
 */
async function findInnerPid(
  child: ChildProcess,
  pid: number,
  prepared: Promise<void>,
  found: (innerPid: number) => void,
): Promise<void> {
  const info = child.stdio[4]
  let text = ''
  if (info instanceof Readable) for await (const chunk of info) text = (text + String(chunk)).slice(0, STDERR_BYTES)
  const boxPid = /"child-pid":\s*(\d+)/.exec(text)?.[1]
  try {
    await prepared
  } catch {
    // It ended before it was ready, which whoever waits for it is told.
    return
  }
  const innerPid = boxPid === undefined ? pid : findInnerProcess(Number(boxPid))
  volunteerForMemoryKill(innerPid)
  found(innerPid)
}
