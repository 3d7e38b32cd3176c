import { type Frame, frameKinds } from '../channel/frame.ts'
import { sandboxError } from '../errors.ts'
import type { SandboxRegistrations, SandboxSpec } from '../sandbox.ts'
import { payloadError } from './admit-invocation.ts'
import type { CapabilityDesk } from './capability-desk.ts'
import { readFailedHead, readMicroseconds } from './frame-heads.ts'
import { closedHeadSchema, guestErrorSchema, messageSchema, progressSchema, readText } from './frame-schemas.ts'
import { MAX_ERROR_CHARACTERS, MAX_MESSAGES_PER_CALL, MAX_MESSAGE_BYTES } from './limits.ts'
import type { SandboxEnd } from './isolate-sandbox.ts'
import { readRegistrations } from './read-registrations.ts'
import type { PendingCall, SandboxCalls } from './sandbox-calls.ts'

export interface ReceiverParts {
  readonly spec: SandboxSpec
  readonly calls: SandboxCalls
  readonly desk: CapabilityDesk
  readonly end: (why: SandboxEnd) => void
  readonly onError: () => void
  readonly onOpened: (registrations: SandboxRegistrations) => void
  readonly onStuck: () => void
  /** Absent where no debugger may attach: then a message to one breaks the protocol. */
  readonly onInspected?: ((message: string) => void) | undefined
  /** The clock was moved. Absent where time is real: then telling so breaks the protocol. */
  readonly onAdvanced?: ((id: number) => void) | undefined
  readonly onProtocolBreach: () => void
}

/** Sorts the frames of one sandbox. */
export function createReceiver(parts: ReceiverParts): (frame: Frame) => void {
  const { spec, calls, desk } = parts
  return (frame) => {
    const { kind, id, head } = frame
    if (kind === frameKinds.answered) {
      const used = readMicroseconds(head)
      if (frame.body.length <= spec.limits.payloadBytes) calls.resolve(id, frame.body.toString('utf8'), used)
      else refuseResult(parts, id, frame.body.length, used)
    } else if (kind === frameKinds.capability) {
      if (!desk.receive(id, head, frame.body.toString('utf8'))) parts.onProtocolBreach()
    } else if (kind === frameKinds.failed) failed(parts, frame)
    else if (kind === frameKinds.log) desk.log(id, frame.body.toString('utf8'))
    else if (kind === frameKinds.progress) {
      const progress = readText(progressSchema, frame.body.toString('utf8'))
      if (progress !== undefined)
        calls.get(id)?.invocation.onProgress?.(progress.progress, progress.total, progress.message)
    } else if (kind === frameKinds.message) tellClient(calls.get(id), frame.body)
    else if (kind === frameKinds.opened) {
      const found = readRegistrations(frame.body.toString('utf8'), spec.manifest)
      if (found === undefined) parts.onProtocolBreach()
      else parts.onOpened(found)
    } else if (kind === frameKinds.closed) {
      const closed = readText(closedHeadSchema, head)
      if (closed === undefined) parts.onProtocolBreach()
      else parts.end(closed)
    } else if (kind === frameKinds.stuck) parts.onStuck()
    else if (kind === frameKinds.inspected && parts.onInspected !== undefined)
      parts.onInspected(frame.body.toString('utf8'))
    else if (kind === frameKinds.advanced && parts.onAdvanced !== undefined) parts.onAdvanced(id)
    else parts.onProtocolBreach()
  }
}

/** Counted again: a cell may have been taken over. */
function tellClient(call: PendingCall | undefined, body: Buffer): void {
  if (call?.invocation.onMessage === undefined || call.messages >= MAX_MESSAGES_PER_CALL) return
  call.messages += 1
  const message = body.length <= MAX_MESSAGE_BYTES ? readText(messageSchema, body.toString('utf8')) : undefined
  if (message !== undefined) call.invocation.onMessage(message)
}

function refuseResult(parts: ReceiverParts, id: number, found: number | undefined, used: number | undefined): void {
  const { limits, observer } = parts.spec
  const requestId = parts.calls.get(id)?.invocation.requestId
  observer?.breached?.({ code: 'SANDBOX_PAYLOAD', limit: 'payloadBytes', value: limits.payloadBytes, requestId })
  parts.calls.reject(id, payloadError('result', limits.payloadBytes, found), used)
}

function failed(parts: ReceiverParts, frame: Frame): void {
  const { spec, calls } = parts
  const said = readText(guestErrorSchema, frame.body.toString('utf8').slice(0, MAX_ERROR_CHARACTERS))
  const message = said?.message ?? 'The plugin failed without a message.'
  const invocation = calls.get(frame.id)?.invocation
  spec.observer?.threw?.({
    message,
    stack: said?.stack,
    requestId: invocation?.requestId,
    handler: invocation === undefined ? undefined : `${invocation.handler} ${invocation.name}`,
  })
  if (frame.id === 0) {
    parts.end({ code: 'SANDBOX_START_FAILED', message: `Expected \`activate\` to succeed, it failed: ${message}` })
    return
  }
  parts.onError()
  const head = readFailedHead(frame.head)
  const used = head?.cpuMicroseconds
  if (head?.code === 'SANDBOX_PAYLOAD') refuseResult(parts, frame.id, undefined, used)
  else if (head?.code === 'SANDBOX_HANDLER_UNKNOWN') {
    const asked = calls.get(frame.id)?.invocation
    const error = sandboxError(
      'SANDBOX_HANDLER_UNKNOWN',
      `Expected a handler for ${asked?.handler} \`${asked?.name}\`, the plugin registered none.`,
    )
    calls.reject(frame.id, error, used)
  } else {
    // The plugin's own code travels as a detail: it must not pass for a code of the host.
    const details = { pluginId: spec.manifest.id, ...(said?.code === undefined ? {} : { pluginCode: said.code }) }
    calls.reject(frame.id, sandboxError('PLUGIN_ERROR', message, { details }), used)
  }
}
