import { MIN_BACKGROUND_CPU_MS } from './limits.ts'

const MINUTE_MS = 60_000

/** CPU time of one sandbox: per call, and per minute over all calls. */
export interface CpuMeter {
  /** Milliseconds that the next entry of this call may burn. */
  leftMs(call: number): number
  add(call: number, microseconds: number): void
  forget(call: number): void
  totalMicroseconds(): number
  /** What one call has used so far, microseconds. */
  callMicroseconds(call: number): number
  /** Which limit runs out first. */
  exhausted(call: number): { readonly limit: 'cpuMsPerCall' | 'cpuMsPerMinute'; readonly value: number }
}

/** Call 0 stands for the start and for work outside of calls. */
export function createCpuMeter(perCallMs: number, perMinuteMs: number, now: () => number): CpuMeter {
  const backgroundMs = Math.max(2 * perCallMs, MIN_BACKGROUND_CPU_MS)
  const calls = new Map<number, number>()
  let minuteStart = now()
  let minute = 0
  let total = 0
  const roll = (): void => {
    if (now() - minuteStart < MINUTE_MS) return
    minuteStart = now()
    minute = 0
    // Work outside of calls is accounted to call 0, which gets a fresh budget each minute.
    calls.delete(0)
  }
  const minuteLeft = (): number => perMinuteMs - minute / 1000
  const callLimit = (call: number): number => (call === 0 ? backgroundMs : perCallMs)
  const callLeft = (call: number): number => callLimit(call) - (calls.get(call) ?? 0) / 1000
  return {
    leftMs(call) {
      roll()
      return Math.min(callLeft(call), minuteLeft())
    },
    add(call, microseconds) {
      roll()
      calls.set(call, (calls.get(call) ?? 0) + microseconds)
      minute += microseconds
      total += microseconds
    },
    forget: (call) => {
      calls.delete(call)
    },
    totalMicroseconds: () => total,
    callMicroseconds: (call) => calls.get(call) ?? 0,
    exhausted: (call) =>
      minuteLeft() < callLeft(call)
        ? { limit: 'cpuMsPerMinute', value: perMinuteMs }
        : { limit: 'cpuMsPerCall', value: callLimit(call) },
  }
}
