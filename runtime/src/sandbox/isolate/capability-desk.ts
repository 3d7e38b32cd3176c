import { NexusError, errorCode } from '@nexus/plugin-api'
import { type FrameKind, frameKinds } from '../channel/frame.ts'
import { sandboxError } from '../errors.ts'
import type { SandboxLimits } from '../profile.ts'
import type { CapabilityCall, CapabilityPort } from '../sandbox.ts'
import { capabilityHeadSchema, readText } from './frame-schemas.ts'
import type { SandboxCalls } from './sandbox-calls.ts'

/** Passes capability calls of one sandbox to its port, counted again: a cell's own counting is not believed. */
export interface CapabilityDesk {
  /** False when the frame breaks the protocol. */
  receive(id: number, head: string, argumentsJson: string): boolean
  log(call: number, line: string): void
  count(): number
  stop(): void
}

type Answer = (kind: FrameKind, id: number, head: string, body: string) => void

export function createCapabilityDesk(
  port: CapabilityPort,
  limits: SandboxLimits,
  calls: SandboxCalls,
  answer: Answer,
): CapabilityDesk {
  const stopped = new AbortController()
  const outstanding = new Set<number>()
  let total = 0

  const refuse = (id: number, limit: 'outstandingCapabilityCalls' | 'capabilityCallsPerCall'): void => {
    const error = sandboxError(
      'SANDBOX_CAPABILITY_LIMIT',
      `Expected at most ${limits[limit]} capability calls (${limit}), found more.`,
    )
    answer(frameKinds.capabilityFailed, id, '', failureText(error))
  }
  const settle = async (id: number, work: Promise<string>): Promise<void> => {
    let kind: FrameKind = frameKinds.capabilityAnswered
    let text: string
    try {
      text = await work
    } catch (error) {
      kind = frameKinds.capabilityFailed
      text = failureText(error)
    }
    outstanding.delete(id)
    answer(kind, id, '', text)
  }
  return {
    receive(id, headText, argumentsJson) {
      const head = readText(capabilityHeadSchema, headText)
      if (head === undefined || outstanding.has(id)) return false
      const call = calls.get(head.call)
      total += 1
      if (call !== undefined) call.capabilityCalls += 1
      if (outstanding.size >= limits.outstandingCapabilityCalls) refuse(id, 'outstandingCapabilityCalls')
      else if (call !== undefined && call.capabilityCalls > limits.capabilityCallsPerCall)
        refuse(id, 'capabilityCallsPerCall')
      else {
        outstanding.add(id)
        const signal = call === undefined ? stopped.signal : AbortSignal.any([stopped.signal, call.over()])
        const use: CapabilityCall = { requestId: call?.invocation.requestId, signal }
        void settle(id, port.call(head.capability, argumentsJson, use))
      }
      return true
    },
    log(callId, line) {
      const requestId = calls.get(callId)?.invocation.requestId
      // Nobody waits for a log line; the broker has counted and reported what it refused.
      port.call('log.write', line, { requestId, signal: stopped.signal }).catch(() => undefined)
    },
    count: () => total,
    stop: () => stopped.abort(),
  }
}

/** What a guest learns of a failure: code and message of a coded error, nothing at all of any other. */
function failureText(error: unknown): string {
  const isCoded = error instanceof NexusError || (error instanceof Error && error.name === 'NexusError')
  if (!isCoded) return JSON.stringify({ code: 'CAPABILITY_FAILED', message: 'The capability failed inside the host.' })
  return JSON.stringify({ code: errorCode(error) ?? 'CAPABILITY_FAILED', message: error.message })
}
