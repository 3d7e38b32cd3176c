import type { NexusError } from '@nexus/plugin-api'
import { type Frame, frameKinds } from '../channel/frame.ts'
import { type sandboxErrors, sandboxError } from '../errors.ts'
import type {
  CapabilityPort,
  Invocation,
  Sandbox,
  SandboxExit,
  SandboxRegistrations,
  SandboxSpec,
  SandboxUsage,
} from '../sandbox.ts'
import { type CapabilityDesk, createCapabilityDesk } from './capability-desk.ts'
import type { SandboxReport } from './cell-process.ts'
import type { Channel } from '../channel/channel.ts'
import { closedHeadSchema, guestErrorSchema, progressSchema, readText } from './frame-schemas.ts'
import { CLOSE_MS, MAX_ERROR_CHARACTERS } from './limits.ts'
import { readRegistrations } from './read-registrations.ts'
import { type SandboxCalls, createSandboxCalls } from './sandbox-calls.ts'

type SandboxCode = keyof typeof sandboxErrors

/** The host's side of one isolate. */
export interface IsolateSandbox {
  readonly spec: SandboxSpec
  readonly sandbox: Sandbox
  readonly opened: Promise<void>
  receive(frame: Frame): void
  /** The sandbox is gone: settles everything that waits. Only the first reason counts. */
  end(code: SandboxCode, message: string): void
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
}

export function createIsolateSandbox(options: IsolateSandboxOptions): IsolateSandbox {
  const { spec, channel, number } = options
  const opened = Promise.withResolvers<void>()
  const exited = Promise.withResolvers<SandboxExit>()
  opened.promise.catch(() => undefined)
  let registrations: SandboxRegistrations | undefined
  let exit: SandboxExit | undefined
  let last = 0
  let errors = 0
  let started = 0
  const calls = createSandboxCalls(spec.limits, (id) => channel.send(frameKinds.cancel, number, id))
  const desk = createCapabilityDesk(options.port, spec.limits, calls, (kind, id, head, body) => {
    if (exit === undefined) channel.send(kind, number, id, head, body)
  })

  const end = (code: SandboxCode, message: string): void => {
    if (exit !== undefined) return
    exit = { code, message }
    const error = (): NexusError => sandboxError(code, message)
    desk.stop()
    errors += calls.count()
    calls.rejectAll(error)
    opened.reject(error())
    exited.resolve(exit)
  }
  const receive = createReceiver({
    spec,
    calls,
    desk,
    end,
    onError: () => (errors += 1),
    onOpened(found) {
      registrations = found
      opened.resolve()
    },
    onStuck: options.onStuck,
    onProtocolBreach: options.onProtocolBreach,
  })
  const sandbox: Sandbox = {
    id: `${spec.installationId}#${number}`,
    tier: 'isolate',
    get registrations() {
      return registrations ?? { tools: [], resources: [], prompts: [], policies: [] }
    },
    async invoke(invocation) {
      if (exit !== undefined)
        throw sandboxError('SANDBOX_CLOSED', `Expected a running sandbox, found one that ended: ${exit.message}`)
      admit(invocation, spec, calls)
      started += 1
      last = (last % 0xff_ff_ff_fe) + 1
      const { handler, name, requestId, principal } = invocation
      channel.send(
        frameKinds.call,
        number,
        last,
        JSON.stringify({ handler, name, requestId, principal }),
        invocation.payload,
      )
      return calls.start(last, invocation)
    },
    usage: () => usageOf(options.latestReport(), started, errors, desk.count()),
    exited: exited.promise,
    async [Symbol.asyncDispose]() {
      if (exit !== undefined) return
      channel.send(frameKinds.close, number, 0)
      const late = setTimeout(() => {
        end('SANDBOX_CLOSED', 'The sandbox was stopped; it did not stop by itself in time.')
        options.onStuck()
      }, CLOSE_MS)
      await exited.promise
      clearTimeout(late)
    },
  }
  return {
    spec,
    sandbox,
    opened: opened.promise,
    receive,
    end,
    isBusy: () => exit === undefined && (calls.count() > 0 || registrations === undefined),
    wasRunning: () => (options.latestReport()?.runningMs ?? 0) > 0,
  }
}

function admit(invocation: Invocation, spec: SandboxSpec, calls: SandboxCalls): void {
  const { limits } = spec
  if (invocation.signal.aborted) throw sandboxError('CALL_CANCELLED', 'The caller cancelled the call before it began.')
  if (calls.count() >= limits.concurrentCalls) {
    throw sandboxError(
      'SANDBOX_BUSY',
      `Expected at most ${limits.concurrentCalls} calls at once (concurrentCalls), found one more. Try again later.`,
      {
        details: { limit: 'concurrentCalls', value: limits.concurrentCalls },
      },
    )
  }
  const bytes = Buffer.byteLength(invocation.payload)
  if (bytes > limits.payloadBytes) throw payloadError('argument', limits.payloadBytes, bytes)
}

function payloadError(what: string, limit: number, found: number | undefined): NexusError {
  const size = found === undefined ? 'more' : `${found}`
  return sandboxError(
    'SANDBOX_PAYLOAD',
    `Expected a ${what} of at most ${limit} bytes (payloadBytes), found ${size}.`,
    {
      details: { limit: 'payloadBytes', value: limit },
    },
  )
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

interface ReceiverParts {
  readonly spec: SandboxSpec
  readonly calls: SandboxCalls
  readonly desk: CapabilityDesk
  readonly end: (code: SandboxCode, message: string) => void
  readonly onError: () => void
  readonly onOpened: (registrations: SandboxRegistrations) => void
  readonly onStuck: () => void
  readonly onProtocolBreach: () => void
}

/** Sorts the frames of one sandbox. */
function createReceiver(parts: ReceiverParts): (frame: Frame) => void {
  const { spec, calls, desk } = parts
  return (frame) => {
    const { kind, id, head } = frame
    if (kind === frameKinds.answered) {
      if (frame.body.length <= spec.limits.payloadBytes) calls.resolve(id, frame.body.toString('utf8'))
      else calls.reject(id, payloadError('result', spec.limits.payloadBytes, frame.body.length))
    } else if (kind === frameKinds.capability) {
      if (!desk.receive(id, head, frame.body.toString('utf8'))) parts.onProtocolBreach()
    } else if (kind === frameKinds.failed) failed(parts, frame)
    else if (kind === frameKinds.log) desk.log(id, frame.body.toString('utf8'))
    else if (kind === frameKinds.progress) {
      const progress = readText(progressSchema, frame.body.toString('utf8'))
      if (progress !== undefined)
        calls.get(id)?.invocation.onProgress?.(progress.progress, progress.total, progress.message)
    } else if (kind === frameKinds.opened) {
      const found = readRegistrations(frame.body.toString('utf8'), spec.manifest)
      if (found === undefined) parts.onProtocolBreach()
      else parts.onOpened(found)
    } else if (kind === frameKinds.closed) {
      const closed = readText(closedHeadSchema, head)
      if (closed === undefined) parts.onProtocolBreach()
      else parts.end(closed.code, closed.message)
    } else if (kind === frameKinds.stuck) parts.onStuck()
    else parts.onProtocolBreach()
  }
}

function failed(parts: ReceiverParts, frame: Frame): void {
  const { spec, calls } = parts
  const said = readText(guestErrorSchema, frame.body.toString('utf8').slice(0, MAX_ERROR_CHARACTERS))
  const message = said?.message ?? 'The plugin failed without a message.'
  if (frame.id === 0) {
    parts.end('SANDBOX_START_FAILED', `Expected \`activate\` to succeed, it failed: ${message}`)
    return
  }
  parts.onError()
  if (frame.head === 'SANDBOX_PAYLOAD')
    calls.reject(frame.id, payloadError('result', spec.limits.payloadBytes, undefined))
  else if (frame.head === 'SANDBOX_HANDLER_UNKNOWN') {
    const asked = calls.get(frame.id)?.invocation
    const error = sandboxError(
      'SANDBOX_HANDLER_UNKNOWN',
      `Expected a handler for ${asked?.handler} \`${asked?.name}\`, the plugin registered none.`,
    )
    calls.reject(frame.id, error)
  } else {
    // The plugin's own code travels as a detail: it must not pass for a code of the host.
    const details = { pluginId: spec.manifest.id, ...(said?.code === undefined ? {} : { pluginCode: said.code }) }
    calls.reject(frame.id, sandboxError('PLUGIN_ERROR', message, { details }))
  }
}
