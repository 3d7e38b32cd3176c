import type { NexusError } from '@nexus/plugin-api'
import { sandboxError } from '../errors.ts'
import type { SandboxLimits } from '../profile.ts'
import type { Invocation } from '../sandbox.ts'

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
  resolve(id: number, text: string): void
  /** False when there is no such call (any more). */
  reject(id: number, error: NexusError): boolean
  rejectAll(error: () => NexusError): void
  count(): number
}

interface Entry extends PendingCall {
  readonly resolve: (text: string) => void
  readonly reject: (error: NexusError) => void
  readonly end: () => void
}

/** Keeps calls and their wall-clock limits. `onCancel` tells the cell to stop a call that nobody waits for. */
export function createSandboxCalls(limits: SandboxLimits, onCancel: (id: number) => void): SandboxCalls {
  const pending = new Map<number, Entry>()

  const take = (id: number): Entry | undefined => {
    const entry = pending.get(id)
    if (entry === undefined) return undefined
    pending.delete(id)
    entry.end()
    return entry
  }
  const giveUp = (id: number, error: NexusError): void => {
    const entry = take(id)
    if (entry === undefined) return
    onCancel(id)
    entry.reject(error)
  }
  return {
    start(id, invocation) {
      return new Promise((resolve, reject) => {
        let over: AbortController | undefined
        const cancelled = (): void => giveUp(id, sandboxError('CALL_CANCELLED', 'The caller cancelled the call.'))
        const timer = setTimeout(() => giveUp(id, timeout(limits.wallMsPerCall)), limits.wallMsPerCall)
        invocation.signal.addEventListener('abort', cancelled, { once: true })
        pending.set(id, {
          invocation,
          capabilityCalls: 0,
          over: () => (over ??= new AbortController()).signal,
          resolve,
          reject,
          end() {
            clearTimeout(timer)
            invocation.signal.removeEventListener('abort', cancelled)
            over?.abort()
          },
        })
      })
    },
    get: (id) => pending.get(id),
    resolve: (id, text) => take(id)?.resolve(text),
    reject(id, error) {
      const entry = take(id)
      entry?.reject(error)
      return entry !== undefined
    },
    rejectAll(error) {
      for (const id of pending.keys()) take(id)?.reject(error())
    },
    count: () => pending.size,
  }
}

function timeout(limitMs: number): NexusError {
  return sandboxError('SANDBOX_TIMEOUT', `Expected an answer within ${limitMs} ms (wallMsPerCall), found none.`, {
    details: { limit: 'wallMsPerCall', value: limitMs },
  })
}
