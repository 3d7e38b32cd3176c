import type { NexusError } from '@nexus/plugin-api'
import { sandboxError } from '../errors.ts'
import type { CallUse, Invocation, SandboxObserver, SandboxSpec } from '../sandbox.ts'

/** One call in flight. */
export interface PendingCall {
  readonly invocation: Invocation
  /** Aborts when the call is over, for its capability calls; made only when one needs it. */
  readonly over: () => AbortSignal
  capabilityCalls: number
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
  readonly deadline: number
  readonly resolve: (text: string) => void
  readonly reject: (error: NexusError) => void
  readonly cancelled: () => void
  controller: AbortController | undefined
}

export interface SandboxCallsParts {
  readonly spec: SandboxSpec
  /** Tells the cell to stop a call that nobody waits for. */
  readonly onCancel: (id: number) => void
  readonly heapBytes: () => number | undefined
}

/** Keeps calls and their wall-clock limits. */
export function createSandboxCalls({ spec, onCancel, heapBytes }: SandboxCallsParts): SandboxCalls {
  const { wallMsPerCall } = spec.limits
  const observer: SandboxObserver | undefined = spec.observer
  const pending = new Map<number, Entry>()
  let timer: NodeJS.Timeout | undefined

  const take = (id: number, bytesOut: number, failed: boolean, cpuMicroseconds?: number): Entry | undefined => {
    const entry = pending.get(id)
    if (entry === undefined) return undefined
    pending.delete(id)
    const { invocation } = entry
    invocation.signal.removeEventListener('abort', entry.cancelled)
    entry.controller?.abort()
    if (invocation.onUse === undefined && observer?.callEnded === undefined) return entry
    const use: CallUse = {
      cpuMicroseconds,
      wallMs: performance.now() - entry.startedAt,
      heapBytes: heapBytes(),
      capabilityCalls: entry.capabilityCalls,
      bytesIn: invocation.payload.length,
      bytesOut,
    }
    invocation.onUse?.(use)
    observer?.callEnded?.(use, failed)
    return entry
  }
  const giveUp = (id: number, error: NexusError): void => {
    const entry = take(id, 0, true)
    if (entry === undefined) return
    onCancel(id)
    entry.reject(error)
  }
  // All calls of a sandbox have the same limit, so they run out in the order in which they began: one timer is enough.
  const expire = (): void => {
    timer = undefined
    const now = performance.now()
    for (const [id, entry] of pending) {
      if (entry.deadline > now) break
      const { requestId } = entry.invocation
      giveUp(id, timeout(wallMsPerCall))
      observer?.breached?.({ code: 'SANDBOX_TIMEOUT', limit: 'wallMsPerCall', value: wallMsPerCall, requestId })
    }
    arm()
  }
  const arm = (): void => {
    if (timer !== undefined) return
    const [first] = pending.values()
    if (first !== undefined) timer = setTimeout(expire, Math.max(1, Math.ceil(first.deadline - performance.now())))
  }
  return {
    start(id, invocation) {
      return new Promise((resolve, reject) => {
        const cancelled = (): void => giveUp(id, sandboxError('CALL_CANCELLED', 'The caller cancelled the call.'))
        invocation.signal.addEventListener('abort', cancelled, { once: true })
        const startedAt = performance.now()
        const entry: Entry = {
          invocation,
          startedAt,
          deadline: startedAt + wallMsPerCall,
          capabilityCalls: 0,
          controller: undefined,
          over: () => (entry.controller ??= new AbortController()).signal,
          resolve,
          reject,
          cancelled,
        }
        pending.set(id, entry)
        arm()
      })
    },
    get: (id) => pending.get(id),
    resolve: (id, text, cpuMicroseconds) => take(id, text.length, false, cpuMicroseconds)?.resolve(text),
    reject(id, error, cpuMicroseconds) {
      const entry = take(id, 0, true, cpuMicroseconds)
      entry?.reject(error)
      return entry !== undefined
    },
    rejectAll(error) {
      clearTimeout(timer)
      timer = undefined
      for (const id of pending.keys()) take(id, 0, true)?.reject(error())
    },
    count: () => pending.size,
  }
}

function timeout(limitMs: number): NexusError {
  return sandboxError('SANDBOX_TIMEOUT', `Expected an answer within ${limitMs} ms (wallMsPerCall), found none.`, {
    details: { limit: 'wallMsPerCall', value: limitMs },
  })
}
