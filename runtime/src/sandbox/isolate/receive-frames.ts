import { type Frame, frameKinds } from '../channel/frame.ts'
import { type sandboxErrors, sandboxError } from '../errors.ts'
import type { SandboxRegistrations, SandboxSpec } from '../sandbox.ts'
import { payloadError } from './admit-invocation.ts'
import type { CapabilityDesk } from './capability-desk.ts'
import { closedHeadSchema, guestErrorSchema, progressSchema, readText } from './frame-schemas.ts'
import { MAX_ERROR_CHARACTERS } from './limits.ts'
import { readRegistrations } from './read-registrations.ts'
import type { SandboxCalls } from './sandbox-calls.ts'

type SandboxCode = keyof typeof sandboxErrors

export interface ReceiverParts {
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
export function createReceiver(parts: ReceiverParts): (frame: Frame) => void {
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
