import type { SandboxLimits } from '../sandbox/profile.ts'
import type { CapabilityCall } from '../sandbox/sandbox.ts'
import { createMinuteBudget } from './minute-budget.ts'

export type EgressLimit = 'egressBytesPerCall' | 'egressBytesPerMinute'
export type EgressLimits = Pick<SandboxLimits, EgressLimit>

/** Bytes to and from the network, within calls and within minutes. */
export interface EgressCounter {
  /**
   * Counts bytes that arrived, and names the limit that they passed. Work outside of calls shares one budget per minute,
   * as large as a call's.
   */
  received(call: CapabilityCall, bytes: number, limits: EgressLimits): EgressLimit | undefined
  /** Counts bytes that are about to be sent; when they no longer fit into the minute, counts nothing and answers false. */
  send(bytes: number, limits: EgressLimits): boolean
  total(): number
}

export function createEgressCounter(now: () => number): EgressCounter {
  const perCall = new Map<string, number>()
  const background = createMinuteBudget(now)
  const minute = createMinuteBudget(now)
  let total = 0
  const receivedInCall = (requestId: string, signal: AbortSignal, bytes: number): number => {
    const before = perCall.get(requestId)
    const sum = (before ?? 0) + bytes
    perCall.set(requestId, sum)
    // The count goes when the call does.
    if (before === undefined) signal.addEventListener('abort', () => perCall.delete(requestId), { once: true })
    return sum
  }
  return {
    received({ requestId, signal }, bytes, limits) {
      total += bytes
      const inCall = requestId === undefined ? background.add(bytes) : receivedInCall(requestId, signal, bytes)
      const inMinute = minute.add(bytes)
      if (inCall > limits.egressBytesPerCall) return 'egressBytesPerCall'
      return inMinute > limits.egressBytesPerMinute ? 'egressBytesPerMinute' : undefined
    },
    send(bytes, limits) {
      if (!minute.take(bytes, limits.egressBytesPerMinute)) return false
      total += bytes
      return true
    },
    total: () => total,
  }
}
