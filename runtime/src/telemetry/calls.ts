import { type Histogram, addHistogram, createHistogram, observe, quantile } from './histogram.ts'
import { WINDOW_MINUTES } from './limits.ts'

const MINUTE = 60_000

/** One finished tool call. */
interface ToolCall {
  readonly workspaceId: string
  readonly durationMs: number
  readonly failed: boolean
}

/** Tool calls of the last hour. */
interface CallSummary {
  readonly calls: number
  readonly failed: number
  readonly p95Ms: number | null
  /** Sixty entries, oldest first. */
  readonly perMinute: readonly { readonly at: Date; readonly calls: number; readonly failed: number }[]
}

export interface CallReadings {
  lastHour(workspaceId: string): CallSummary
}

/** Counts tool calls by minute. In memory only: a restart starts at zero. */
export interface CallMeter extends CallReadings {
  toolCalled(call: ToolCall): void
}

interface Minute {
  readonly index: number
  calls: number
  failed: number
  readonly latency: Histogram
}

export function createCallMeter(now: () => number = Date.now): CallMeter {
  const workspaces = new Map<string, (Minute | undefined)[]>()
  const minuteNow = () => Math.floor(now() / MINUTE)

  const slot = (workspaceId: string): Minute => {
    const index = minuteNow()
    const ring = workspaces.get(workspaceId) ?? Array.from<Minute | undefined>({ length: WINDOW_MINUTES })
    workspaces.set(workspaceId, ring)
    const found = ring[index % WINDOW_MINUTES]
    if (found?.index === index) return found
    const fresh: Minute = { index, calls: 0, failed: 0, latency: createHistogram() }
    ring[index % WINDOW_MINUTES] = fresh
    return fresh
  }

  return {
    toolCalled({ workspaceId, durationMs, failed }) {
      const minute = slot(workspaceId)
      minute.calls += 1
      if (failed) minute.failed += 1
      observe(minute.latency, durationMs)
    },
    lastHour: (workspaceId) => summarise(workspaces.get(workspaceId) ?? [], minuteNow()),
  }
}

function summarise(ring: readonly (Minute | undefined)[], last: number): CallSummary {
  const latency = createHistogram()
  let calls = 0
  let failed = 0
  const perMinute = Array.from({ length: WINDOW_MINUTES }, (_, offset) => {
    const index = last - WINDOW_MINUTES + 1 + offset
    const found = ring[index % WINDOW_MINUTES]
    const minute = found?.index === index ? found : undefined
    calls += minute?.calls ?? 0
    failed += minute?.failed ?? 0
    if (minute !== undefined) addHistogram(latency, minute.latency)
    return { at: new Date(index * MINUTE), calls: minute?.calls ?? 0, failed: minute?.failed ?? 0 }
  })
  return { calls, failed, p95Ms: quantile(latency, 0.95), perMinute }
}
