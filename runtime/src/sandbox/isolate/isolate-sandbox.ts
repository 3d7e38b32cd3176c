import type { NexusError } from '@nexus/plugin-api'
import type { Channel } from '../channel/channel.ts'
import { type Frame, frameKinds } from '../channel/frame.ts'
import { type sandboxErrors, sandboxError } from '../errors.ts'
import type { SandboxLimits } from '../profile.ts'
import {
  type CapabilityPort,
  type Invocation,
  NO_REGISTRATIONS,
  type Sandbox,
  type SandboxExit,
  type SandboxRegistrations,
  type SandboxSpec,
  type SandboxUsage,
} from '../sandbox.ts'
import { refusalOf } from './admit-invocation.ts'
import { createCapabilityDesk } from './capability-desk.ts'
import type { SandboxReport } from './cell-process.ts'
import { CLOSE_MS } from './limits.ts'
import { type MovedClock, createMovedClock } from './moved-clock.ts'
import { createReceiver } from './receive-frames.ts'
import { type SandboxCalls, createSandboxCalls } from './sandbox-calls.ts'

/** Why a sandbox is gone, with the limit it crossed if it did. */
export interface SandboxEnd {
  readonly code: keyof typeof sandboxErrors
  readonly message: string
  readonly limit?: keyof SandboxLimits | undefined
  readonly value?: number | undefined
}

/** The host's side of one isolate. */
export interface IsolateSandbox {
  readonly spec: SandboxSpec
  readonly sandbox: Sandbox
  readonly opened: Promise<void>
  receive(frame: Frame): void
  /** The sandbox is gone: settles everything that waits. Only the first reason counts. */
  end(why: SandboxEnd): void
  /** A call waits, or the plugin is starting. */
  isBusy(): boolean
  /** Its code was running when the cell last reported. */
  wasRunning(): boolean
}

export interface IsolateSandboxOptions {
  readonly number: number
  readonly spec: SandboxSpec
  readonly port: CapabilityPort
  readonly channel: Channel
  readonly latestReport: () => SandboxReport | undefined
  /** The cell sent what no honest cell sends. */
  readonly onProtocolBreach: () => void
  /** A thread cannot be stopped. */
  readonly onStuck: () => void
  /** The plugin's thread says something to a debugger. */
  readonly onInspected?: (message: string) => void
}

export function createIsolateSandbox(options: IsolateSandboxOptions): IsolateSandbox {
  const { spec, channel, number } = options
  const opened = Promise.withResolvers<void>()
  const exited = Promise.withResolvers<SandboxExit>()
  opened.promise.catch(() => undefined)
  const state: SandboxState = { registrations: undefined, exit: undefined, errors: 0, started: 0 }
  const calls = createSandboxCalls({
    spec,
    onCancel: (id) => channel.send(frameKinds.cancel, number, id),
    heapBytes: () => options.latestReport()?.heapBytes,
  })
  const desk = createCapabilityDesk(options.port, spec, calls, (kind, id, head, body) => {
    if (state.exit === undefined) channel.send(kind, number, id, head, body)
  })
  const clock = createMovedClock(spec.clockMs !== undefined, (id, ms) => {
    channel.send(frameKinds.advance, number, id, String(ms))
  })
  const end = ({ code, message, limit, value }: SandboxEnd): void => {
    if (state.exit !== undefined) return
    state.exit = { code, message }
    const error = (): NexusError =>
      sandboxError(code, message, limit === undefined ? {} : { details: { limit, value } })
    if (code !== 'SANDBOX_CLOSED' && code !== 'CALL_CANCELLED')
      spec.observer?.breached?.({ code, limit, value, requestId: undefined })
    desk.stop()
    state.errors += calls.count()
    calls.rejectAll(error)
    clock.rejectAll(error)
    opened.reject(error())
    exited.resolve(state.exit)
  }
  const receive = createReceiver({
    spec,
    calls,
    desk,
    end,
    onError: () => (state.errors += 1),
    onOpened(found) {
      state.registrations = found
      opened.resolve()
    },
    onStuck: options.onStuck,
    onProtocolBreach: options.onProtocolBreach,
    onInspected: options.onInspected,
    onAdvanced: spec.clockMs === undefined ? undefined : clock.advanced,
  })
  return {
    spec,
    sandbox: createSandbox(options, state, calls, { end, exited: exited.promise, capabilityCalls: desk.count, clock }),
    opened: opened.promise,
    receive,
    end,
    isBusy: () => state.exit === undefined && (calls.count() > 0 || state.registrations === undefined),
    wasRunning: () => (options.latestReport()?.runningMs ?? 0) > 0,
  }
}

interface SandboxState {
  registrations: SandboxRegistrations | undefined
  exit: SandboxExit | undefined
  errors: number
  started: number
}

interface SandboxLife {
  readonly end: (why: SandboxEnd) => void
  readonly exited: Promise<SandboxExit>
  readonly capabilityCalls: () => number
  readonly clock: MovedClock
}

/** What the rest of the host sees. */
function createSandbox(
  options: IsolateSandboxOptions,
  state: SandboxState,
  calls: SandboxCalls,
  life: SandboxLife,
): Sandbox {
  const { spec, channel, number } = options
  let last = 0
  const onLate = (): void => {
    life.end({ code: 'SANDBOX_CLOSED', message: 'The sandbox was stopped; it did not stop by itself in time.' })
    options.onStuck()
  }
  return {
    id: `${spec.installationId}#${number}`,
    tier: 'isolate',
    get registrations() {
      return state.registrations ?? NO_REGISTRATIONS
    },
    // Not an async function: a call is made of as few promises as it can be.
    invoke(invocation) {
      const refused = refusal(invocation, state, spec, calls)
      if (refused !== undefined) return Promise.reject(refused)
      state.started += 1
      last = (last % 0xff_ff_ff_fe) + 1
      channel.send(frameKinds.call, number, last, headOf(invocation), invocation.payload)
      return calls.start(last, invocation)
    },
    usage: () => usageOf(options.latestReport(), state.started, state.errors, life.capabilityCalls()),
    exited: life.exited,
    advance: (ms) => life.clock.advance(ms),
    async [Symbol.asyncDispose]() {
      if (state.exit !== undefined) return
      channel.send(frameKinds.close, number, 0)
      const late = setTimeout(onLate, CLOSE_MS)
      await life.exited
      clearTimeout(late)
    },
  }
}

/** The facts are JSON text already; most calls have none. */
function headOf({ handler, name, requestId, principal, facts }: Invocation): string {
  const head = JSON.stringify({ handler, name, requestId, principal })
  return facts === undefined ? head : `${head.slice(0, -1)},"facts":${facts}}`
}

function refusal(
  invocation: Invocation,
  { exit }: SandboxState,
  spec: SandboxSpec,
  calls: SandboxCalls,
): NexusError | undefined {
  if (exit === undefined) return refusalOf(invocation, spec, calls)
  return sandboxError('SANDBOX_CLOSED', `Expected a running sandbox, found one that ended: ${exit.message}`)
}

function usageOf(
  report: SandboxReport | undefined,
  calls: number,
  errors: number,
  capabilityCalls: number,
): SandboxUsage {
  return {
    calls,
    errors,
    cpuMicroseconds: report?.cpuMicroseconds ?? 0,
    heapBytes: report?.heapBytes ?? 0,
    capabilityCalls,
  }
}
