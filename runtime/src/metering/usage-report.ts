import type { Store, UsageBucketRow } from '../store/store.ts'
import { type Counters, addCounters, zeroCounters } from './counters.ts'
import { type Resolution, bucketStart } from './spans.ts'

export type UsageRange = 'hour' | 'day' | 'month' | 'year'

const MINUTE_MS = 60_000

/** How far each range looks back, and in which steps. */
const RANGES: Readonly<
  Record<UsageRange, { readonly resolution: Resolution; readonly stepMs: number; readonly steps: number }>
> = {
  hour: { resolution: 'minute', stepMs: MINUTE_MS, steps: 60 },
  day: { resolution: 'hour', stepMs: 60 * MINUTE_MS, steps: 24 },
  month: { resolution: 'day', stepMs: 24 * 60 * MINUTE_MS, steps: 30 },
  year: { resolution: 'day', stepMs: 24 * 60 * MINUTE_MS, steps: 365 },
}

export interface UsagePoint extends Readonly<Counters> {
  readonly at: Date
}

export interface LimitBreaches {
  readonly code: string
  /** Empty for a crash. */
  readonly limit: string
  readonly value: number
  readonly count: number
  readonly lastAt: Date
}

export interface UsageReport {
  readonly range: UsageRange
  readonly resolution: Resolution
  /** Oldest first, without gaps. */
  readonly points: readonly UsagePoint[]
  readonly totals: Readonly<Counters>
  /** Breaches of the days that the range touches, latest first. */
  readonly breaches: readonly LimitBreaches[]
}

export async function reportUsage(
  store: Pick<Store, 'usage'>,
  installationId: string,
  range: UsageRange,
  now: Date,
): Promise<UsageReport> {
  const { resolution, stepMs, steps } = RANGES[range]
  const last = bucketStart(now, resolution)
  const first = new Date(last.getTime() - (steps - 1) * stepMs)
  const rows = await store.usage.find(installationId, resolution, first, last)
  const byStart = new Map(rows.map((row) => [row.startedAt.getTime(), row]))
  const points = Array.from({ length: steps }, (_, step) => {
    const at = new Date(first.getTime() + step * stepMs)
    return { at, ...countersOf(byStart.get(at.getTime())) }
  })
  const breaches = await store.usage.breaches(installationId, first.toISOString().slice(0, 10))
  return { range, resolution, points, totals: sumOf(points), breaches: mergeDays(breaches) }
}

export function countersOf(row: UsageBucketRow | undefined): Counters {
  const counters = zeroCounters()
  if (row !== undefined) addCounters(counters, row)
  return counters
}

export function sumOf(parts: readonly Readonly<Counters>[]): Counters {
  const sum = zeroCounters()
  for (const part of parts) addCounters(sum, part)
  return sum
}

function mergeDays(rows: readonly LimitBreaches[]): readonly LimitBreaches[] {
  const merged = new Map<string, LimitBreaches>()
  for (const row of rows) {
    const key = `${row.code} ${row.limit}`
    const { code, limit, value, lastAt } = merged.get(key) ?? row
    merged.set(key, { code, limit, value, lastAt, count: row.count + (merged.get(key)?.count ?? 0) })
  }
  return [...merged.values()]
}
