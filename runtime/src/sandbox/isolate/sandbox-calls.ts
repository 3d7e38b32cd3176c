import type { NexusError } from '@nexus/plugin-api'
import { sandboxError } from '../errors.ts'
import type { CallUse, Invocation, SandboxSpec } from '../sandbox.ts'

/** One call in flight. */
export interface PendingCall {
  readonly invocation: Invocation
  /** Aborts when the call is over, for its capability calls; made only when one needs it. */
  readonly over: () => AbortSignal
  /** Stops its wall clock until disposed; may be nested. */
  readonly pauseClock: () => Disposable
  capabilityCalls: number
  /** What it told its client so far. */
  messages: number
}

/** The calls of one sandbox that wait for their cell. */
export interface SandboxCalls {
  start(id: number, invocation: Invocation): Promise<string>
  get(id: number): PendingCall | undefined
  /** `cpuMicroseconds` is what the cell says the call used. */
  resolve(id: number, text: string, cpuMicroseconds: number | undefined): void
  /** False when there is no such call (any more). */
  reject(id: number, error: NexusError, cpuMicroseconds?: number): boolean
  rejectAll(error: () => NexusError): void
  count(): number
}

interface Entry extends PendingCall {
  readonly startedAt: number
  /** By `performance.now()`; infinite while the clock stands still. */
  deadline: number
  pauses: number
  /** Left when its clock was stopped, milliseconds. */
  left: number
  readonly resolve: (text: string) => void
  readonly reject: (error: NexusError) => void
  readonly cancelled: () => void
  controller: AbortController | undefined
}

interface Outcome {
  readonly bytesOut: number
  readonly failed: boolean
  readonly cpuMicroseconds: number | undefined
}

export interface SandboxCallsParts {
  readonly spec: SandboxSpec
  /** Tells the cell to stop a call that nobody waits for. */
  readonly onCancel: (id: number) => void
  readonly heapBytes: () => number | undefined
}

/** Keeps calls and their wall-clock limits. */
export function createSandboxCalls(parts: SandboxCallsParts): SandboxCalls {
  return new PendingCalls(parts)
}

class PendingCalls implements SandboxCalls {
  readonly #parts: SandboxCallsParts
  readonly #pending = new Map<number, Entry>()
  /** A clock stood still: calls no longer run out in the order in which they began. */
  #unordered = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: SandboxCallsParts) {
    this.#parts = parts
  }

  start(id: number, invocation: Invocation): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const cancelled = (): void => this.#giveUp(id, sandboxError('CALL_CANCELLED', 'The caller cancelled the call.'))
    invocation.signal.addEventListener('abort', cancelled, { once: true })
    const startedAt = performance.now()
    const entry: Entry = {
      invocation,
      startedAt,
      deadline: startedAt + this.#parts.spec.limits.wallMsPerCall,
      pauses: 0,
      left: 0,
      pauseClock: () => this.#pause(id, entry),
      capabilityCalls: 0,
      messages: 0,
      controller: undefined,
      over: () => (entry.controller ??= new AbortController()).signal,
      resolve,
      reject,
      cancelled,
    }
    this.#pending.set(id, entry)
    this.#arm()
    return promise
  }

  get(id: number): PendingCall | undefined {
    return this.#pending.get(id)
  }

  resolve(id: number, text: string, cpuMicroseconds: number | undefined): void {
    this.#take(id, { bytesOut: text.length, failed: false, cpuMicroseconds })?.resolve(text)
  }

  reject(id: number, error: NexusError, cpuMicroseconds?: number): boolean {
    const entry = this.#take(id, { bytesOut: 0, failed: true, cpuMicroseconds })
    entry?.reject(error)
    return entry !== undefined
  }

  rejectAll(error: () => NexusError): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const id of this.#pending.keys()) this.reject(id, error())
  }

  count(): number {
    return this.#pending.size
  }

  #take(id: number, outcome: Outcome): Entry | undefined {
    const entry = this.#pending.get(id)
    if (entry === undefined) return undefined
    this.#pending.delete(id)
    const { invocation } = entry
    invocation.signal.removeEventListener('abort', entry.cancelled)
    entry.controller?.abort()
    const { observer } = this.#parts.spec
    if (invocation.onUse === undefined && observer?.callEnded === undefined) return entry
    const use: CallUse = {
      cpuMicroseconds: outcome.cpuMicroseconds,
      wallMs: performance.now() - entry.startedAt,
      heapBytes: this.#parts.heapBytes(),
      capabilityCalls: entry.capabilityCalls,
      bytesIn: invocation.payload.length,
      bytesOut: outcome.bytesOut,
    }
    invocation.onUse?.(use)
    observer?.callEnded?.(use, outcome.failed)
    return entry
  }

  #giveUp(id: number, error: NexusError): void {
    if (this.reject(id, error)) this.#parts.onCancel(id)
  }

  // All calls of a sandbox have the same limit, so they run out in the order in which they began, unless a clock stood
  // still: one timer is enough.
  #arm(): void {
    if (this.#timer !== undefined) return
    const deadline = this.#firstDeadline()
    if (deadline === undefined) return
    this.#timer = setTimeout(() => this.#expire(), Math.max(1, Math.ceil(deadline - performance.now())))
  }

  #firstDeadline(): number | undefined {
    const [first] = this.#pending.values()
    if (first === undefined) this.#unordered = false
    if (first === undefined || !this.#unordered) return first?.deadline
    const earliest = Math.min(...[...this.#pending.values()].map(({ deadline }) => deadline))
    return Number.isFinite(earliest) ? earliest : undefined
  }

  #pause(id: number, entry: Entry): Disposable {
    this.#unordered = true
    if (entry.pauses === 0) entry.left = entry.deadline - performance.now()
    entry.pauses += 1
    entry.deadline = Number.POSITIVE_INFINITY
    let isOver = false
    return {
      [Symbol.dispose]: () => {
        if (isOver) return
        isOver = true
        entry.pauses -= 1
        if (entry.pauses > 0 || this.#pending.get(id) !== entry) return
        entry.deadline = performance.now() + entry.left
        clearTimeout(this.#timer)
        this.#timer = undefined
        this.#arm()
      },
    }
  }

  #expire(): void {
    this.#timer = undefined
    const { limits, observer } = this.#parts.spec
    const value = limits.wallMsPerCall
    const now = performance.now()
    for (const [id, entry] of this.#pending) {
      if (entry.deadline > now) {
        if (this.#unordered) continue
        break
      }
      const { requestId } = entry.invocation
      this.#giveUp(id, timeout(value))
      observer?.breached?.({ code: 'SANDBOX_TIMEOUT', limit: 'wallMsPerCall', value, requestId })
    }
    this.#arm()
  }
}

function timeout(limitMs: number): NexusError {
  return sandboxError('SANDBOX_TIMEOUT', `Expected an answer within ${limitMs} ms (wallMsPerCall), found none.`, {
    details: { limit: 'wallMsPerCall', value: limitMs },
  })
}
