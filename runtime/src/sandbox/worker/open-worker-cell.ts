import { frameKinds } from '../channel/frame.ts'
import { type CellEnd, type CellProcess, startCellProcess } from '../isolate/cell-process.ts'
import { endTexts } from '../isolate/cell.ts'
import { type IsolateSandbox, createIsolateSandbox } from '../isolate/isolate-sandbox.ts'
import { CELL_BASE_BYTES, FRAME_OVERHEAD_BYTES, MEMORY_FACTOR } from '../isolate/limits.ts'
import { openHead } from '../isolate/open-isolate-host.ts'
import type { CellPlan } from '../isolate/plan-cell.ts'
import type { SandboxInspector } from '../debug/inspector.ts'
import { canSleep } from '../lifecycle/can-sleep.ts'
import { MAX_PAYLOAD_BYTES } from '../limits.ts'
import type { SandboxLogger } from '../sandbox-logger.ts'
import type { CapabilityPort, Sandbox, SandboxSpec } from '../sandbox.ts'
import { THREAD_BASE_BYTES } from './limits.ts'

export interface WorkerCellParts {
  readonly plan: CellPlan
  readonly logger: SandboxLogger
}

/** A sandbox and the process it has to itself. */
export interface WorkerCell {
  readonly sandbox: Sandbox
  readonly pid: number
}

/** Starts a cell for one installation and waits until the plugin is active in all of its threads. */
export async function openWorkerCell(
  { plan, logger }: WorkerCellParts,
  number: number,
  spec: SandboxSpec,
  port: CapabilityPort,
  signal: AbortSignal,
): Promise<WorkerCell> {
  const threads = threadsFor(spec)
  const started = performance.now()
  let inner: IsolateSandbox | undefined
  let debug: ((message: string) => void) | undefined
  const cell = await startCellProcess({
    plan,
    logger,
    guestCode: '',
    maxFrameBytes: MAX_PAYLOAD_BYTES + FRAME_OVERHEAD_BYTES,
    memoryCapBytes: () => memoryCapBytes(spec, threads),
    onFrame: (frame) => inner?.receive(frame),
  })
  inner = createIsolateSandbox({
    number,
    spec,
    port,
    channel: cell.channel,
    latestReport: () => cell.reports().find(({ sandbox }) => sandbox === number),
    onProtocolBreach: () => cell.kill('protocol'),
    onStuck: () => cell.kill('stuck'),
    ...(spec.inspect === true && { onInspected: (message: string) => debug?.(message) }),
  })
  void followCell(cell, inner)
  await waitUntilOpen({
    cell,
    inner,
    number,
    threads,
    leftMs: spec.limits.startMs - (performance.now() - started),
    signal,
  })
  const inspector: SandboxInspector = {
    connect(onMessage) {
      debug = onMessage
      cell.channel.send(frameKinds.inspect, number, 0, 'open')
      return {
        send: (message) => cell.channel.send(frameKinds.inspect, number, 0, '', message),
        [Symbol.dispose]() {
          if (debug !== onMessage) return
          debug = undefined
          cell.channel.send(frameKinds.inspect, number, 0, 'close')
        },
      }
    },
  }
  const sandbox = withProcess(inner.sandbox, cell)
  return { sandbox: spec.inspect === true ? { ...sandbox, inspector } : sandbox, pid: cell.pid }
}

/** Code whose tools or upstreams live from what `activate` did runs once: its threads would do it again and again. */
function threadsFor({ manifest, profile }: SandboxSpec): number {
  return canSleep(manifest) ? profile.lifecycle.instances : 1
}

function memoryCapBytes({ limits }: SandboxSpec, threads: number): number {
  return CELL_BASE_BYTES + threads * (THREAD_BASE_BYTES + MEMORY_FACTOR * limits.memoryMb * 1_048_576)
}

interface Opening {
  readonly cell: CellProcess
  readonly inner: IsolateSandbox
  readonly number: number
  readonly threads: number
  readonly leftMs: number
  readonly signal: AbortSignal
}

async function waitUntilOpen({ cell, inner, number, threads, leftMs, signal }: Opening): Promise<void> {
  const { spec } = inner
  const { startMs } = spec.limits
  const late = setTimeout(
    () => {
      const message = `Expected \`activate\` to return within ${startMs} ms (startMs), it did not.`
      inner.end({ code: 'SANDBOX_START_TIMEOUT', message, limit: 'startMs', value: startMs })
    },
    Math.max(0, leftMs),
  )
  const cancelled = (): void => inner.end({ code: 'CALL_CANCELLED', message: 'The start of the plugin was cancelled.' })
  signal.addEventListener('abort', cancelled, { once: true })
  try {
    signal.throwIfAborted()
    cell.channel.send(frameKinds.open, number, threads, JSON.stringify(openHead(spec)), spec.code)
    await inner.opened
  } catch (error) {
    cell.kill('closed')
    throw error
  } finally {
    clearTimeout(late)
    signal.removeEventListener('abort', cancelled)
  }
}

/** Sandbox and cell die together: whichever ends first takes the other along, threads that would never end included. */
async function followCell(cell: CellProcess, inner: IsolateSandbox): Promise<void> {
  void inner.sandbox.exited.then(() => cell.kill('closed'))
  const why = await cell.ended
  inner.end(endOf(why, inner.spec.limits.memoryMb))
}

function endOf(why: CellEnd, memoryMb: number): Parameters<IsolateSandbox['end']>[0] {
  if (why === 'closed') return { code: 'SANDBOX_CLOSED', message: endTexts.closed }
  // Nobody else lives here, so there is no doubt about whose memory it was.
  if (why === 'memory')
    return {
      code: 'SANDBOX_MEMORY',
      message: `${endTexts.memory} Expected about ${memoryMb} MiB for each thread (memoryMb).`,
      limit: 'memoryMb',
      value: memoryMb,
    }
  return { code: 'SANDBOX_CRASHED', message: endTexts[why] }
}

/** Disposing waits for the process, so that no thread and no memory is left. */
function withProcess(inner: Sandbox, cell: CellProcess): Sandbox {
  return {
    id: inner.id,
    tier: 'worker',
    get registrations() {
      return inner.registrations
    },
    invoke: (invocation) => inner.invoke(invocation),
    usage: () => inner.usage(),
    exited: inner.exited,
    async [Symbol.asyncDispose]() {
      await inner[Symbol.asyncDispose]()
      await cell.ended
    },
  }
}
