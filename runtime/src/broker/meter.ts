import type { BrokerUsage } from './broker.ts'

const MINUTE_MS = 60_000

/** Counters of one installation. */
export interface BrokerMeter {
  called(): void
  denied(): void
  /** Bytes from the network this call may still receive. */
  egressLeft(requestId: string | undefined): number
  received(requestId: string | undefined, bytes: number): void
  /** Forgets the bytes of a call that is over. */
  callEnded(requestId: string): void
  /** True when a log line of this size still fits into the minute. */
  takeLog(bytes: number): boolean
  usage(): BrokerUsage
}

/** Work outside of calls shares one budget per minute, as large as a call's. */
export function createMeter(
  limits: { readonly egressBytesPerCall: number; readonly logBytesPerMinute: number },
  now: () => number = Date.now,
): BrokerMeter {
  const egress = new Map<string | undefined, number>()
  let minute = now()
  let logged = 0
  const total = { calls: 0, denied: 0, egressBytes: 0, logBytes: 0 }
  const roll = (): void => {
    if (now() - minute < MINUTE_MS) return
    minute = now()
    logged = 0
    egress.delete(undefined)
  }
  return {
    called: () => {
      total.calls += 1
    },
    denied: () => {
      total.denied += 1
    },
    egressLeft(requestId) {
      roll()
      return Math.max(0, limits.egressBytesPerCall - (egress.get(requestId) ?? 0))
    },
    received(requestId, bytes) {
      egress.set(requestId, (egress.get(requestId) ?? 0) + bytes)
      total.egressBytes += bytes
    },
    callEnded: (requestId) => {
      egress.delete(requestId)
    },
    takeLog(bytes) {
      roll()
      if (logged + bytes > limits.logBytesPerMinute) return false
      logged += bytes
      total.logBytes += bytes
      return true
    },
    usage: () => ({ ...total }),
  }
}
