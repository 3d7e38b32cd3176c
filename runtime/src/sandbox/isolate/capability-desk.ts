import { NexusError, errorCode } from '@nexus/plugin-api'
import { type FrameKind, frameKinds } from '../channel/frame.ts'
import { createMinuteWindow } from '../cell/minute-window.ts'
import { sandboxError } from '../errors.ts'
import type { CapabilityCall, CapabilityPort, Invocation, SandboxSpec } from '../sandbox.ts'
import { readCapabilityHead } from './frame-heads.ts'
import type { PendingCall, SandboxCalls } from './sandbox-calls.ts'

/** Passes capability calls of one sandbox to its port, counted again: a cell's own counting is not believed. */
export interface CapabilityDesk {
  /** False when the frame breaks the protocol. */
  receive(id: number, head: string, argumentsJson: string): boolean
  log(call: number, line: string): void
  count(): number
  stop(): void
}

type Answer = (kind: FrameKind, id: number, head: string, body: string) => void

/** What the broker learns of a capability call; its signal is made only when somebody asks for it. */
class Use implements CapabilityCall {
  readonly #call: PendingCall | undefined
  readonly #stopped: AbortSignal

  constructor(call: PendingCall | undefined, stopped: AbortSignal) {
    this.#call = call
    this.#stopped = stopped
  }

  get requestId(): string | undefined {
    return this.#call?.invocation.requestId
  }

  get invocation(): Invocation | undefined {
    return this.#call?.invocation
  }

  // A sandbox that ends rejects all its calls first, so a call's own signal covers both ends.
  get signal(): AbortSignal {
    return this.#call === undefined ? this.#stopped : this.#call.over()
  }

  get pauseClock(): (() => Disposable) | undefined {
    return this.#call?.pauseClock
  }
}

export function createCapabilityDesk(
  port: CapabilityPort,
  { limits, observer }: Pick<SandboxSpec, 'limits' | 'observer'>,
  calls: SandboxCalls,
  answer: Answer,
): CapabilityDesk {
  const stopped = new AbortController()
  const outstanding = new Set<number>()
  // Work outside of calls has no end, so it has a minute instead.
  const background = createMinuteWindow(limits.capabilityCallsPerCall, Date.now)
  let total = 0

  const refuse = (
    id: number,
    limit: 'outstandingCapabilityCalls' | 'capabilityCallsPerCall',
    call: PendingCall | undefined,
  ): void => {
    const value = limits[limit]
    const error = sandboxError(
      'SANDBOX_CAPABILITY_LIMIT',
      `Expected at most ${value} capability calls (${limit}), found more.`,
    )
    observer?.breached?.({ code: error.code, limit, value, requestId: call?.invocation.requestId })
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
      const head = readCapabilityHead(headText)
      if (head === undefined || outstanding.has(id)) return false
      const call = calls.get(head.call)
      total += 1
      if (call !== undefined) call.capabilityCalls += 1
      if (outstanding.size >= limits.outstandingCapabilityCalls) refuse(id, 'outstandingCapabilityCalls', call)
      else if (call === undefined ? !background.take(1).fits : call.capabilityCalls > limits.capabilityCallsPerCall)
        refuse(id, 'capabilityCallsPerCall', call)
      else {
        outstanding.add(id)
        void settle(id, port.call(head.capability, argumentsJson, new Use(call, stopped.signal)))
      }
      return true
    },
    log(callId, line) {
      // Nobody waits for a log line; the broker has counted and reported what it refused.
      port.call('log.write', line, new Use(calls.get(callId), stopped.signal)).catch(() => undefined)
    },
    count: () => total,
    stop: () => stopped.abort(),
  }
}

/** What a guest learns of a failure: code, message and facts of a coded error, nothing at all of any other. */
function failureText(error: unknown): string {
  const isCoded = error instanceof NexusError || (error instanceof Error && error.name === 'NexusError')
  if (!isCoded) return JSON.stringify({ code: 'CAPABILITY_FAILED', message: 'The capability failed inside the host.' })
  const code = errorCode(error) ?? 'CAPABILITY_FAILED'
  return JSON.stringify({ code, message: error.message, details: factsOf(error) })
}

/** Which limit, which value, which code underneath: what a program can act upon, and nothing else of the details. */
function factsOf(error: Error): Readonly<Record<string, string | number>> | undefined {
  if (!(error instanceof NexusError)) return undefined
  const facts: Record<string, string | number> = {}
  for (const name of ['limit', 'value', 'code']) {
    const value = error.details[name]
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value
  }
  return Object.keys(facts).length === 0 ? undefined : facts
}
