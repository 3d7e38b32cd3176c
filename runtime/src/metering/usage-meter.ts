import type { LimitBreachRow, UsageBucketRow } from '../store/store.ts'
import { type CallHistogram, createCallHistogram } from './call-histogram.ts'
import { type Counters, addCounters, zeroCounters } from './counters.ts'
import { PENDING_MINUTES } from './limits.ts'
import { bucketStart } from './spans.ts'

/** Whose use it is. */
export interface Metered {
  readonly installationId: string
  readonly workspaceId: string
}

/** Everything of one installation since the host started. */
export interface Totals extends Metered {
  readonly counters: Counters
  readonly durations: CallHistogram
  /** By `code limit`. */
  readonly breaches: ReadonlyMap<string, number>
  readonly coldStartMs: number
  readonly heapBytes: number
  readonly storageBytes: number
  readonly fileBytes: number
}

/** Counts of one installation; every method returns at once. */
export interface InstallationMeter extends Metered {
  count(part: Partial<Counters>): void
  called(durationMs: number): void
  started(coldStartMs: number): void
  heap(bytes: number): void
  /** What it keeps on this host now. */
  kept(storageBytes: number, fileBytes: number): void
  breached(code: string, limit: string, value: number): void
  readonly totals: Totals
}

/** What waits to be written. */
export interface UsageBatch {
  readonly buckets: readonly UsageBucketRow[]
  readonly breaches: readonly LimitBreachRow[]
}

/** Counts in memory. Nothing here waits or writes. */
export interface UsageMeter {
  of(metered: Metered): InstallationMeter
  find(installationId: string): InstallationMeter | undefined
  list(): readonly InstallationMeter[]
  /** What was counted since the last `settled`, from an instant on. */
  waiting(installationId: string, since: Date): Counters
  /** What must be written now. It stays in `waiting` until `settled`, and comes again after `failed`. */
  take(): UsageBatch
  settled(): void
  failed(): void
  forget(installationId: string): void
}

interface Minute {
  readonly startedAt: Date
  readonly counters: Counters
}

interface Entry extends Metered {
  readonly meter: InstallationMeter
  pending: Minute[]
  writing: Minute[]
  breaches: Breaches
  writingBreaches: Breaches
}

/** By day, code and limit: a flood of breaches is one row with a number. */
type Breaches = Map<string, LimitBreachRow>

export function createUsageMeter(now: () => Date = () => new Date()): UsageMeter {
  const entries = new Map<string, Entry>()
  const open = (metered: Metered): Entry => {
    const known = entries.get(metered.installationId)
    if (known !== undefined) return known
    const entry: Entry = {
      ...metered,
      pending: [],
      writing: [],
      breaches: new Map(),
      writingBreaches: new Map(),
      meter: createInstallationMeter(metered, {
        minute: () => minuteOf(entry, now()),
        breach(part) {
          const lastAt = now()
          noteBreach(entry.breaches, { ...metered, ...part, day: lastAt.toISOString().slice(0, 10), count: 1, lastAt })
        },
      }),
    }
    entries.set(metered.installationId, entry)
    return entry
  }
  return {
    of: (metered) => open(metered).meter,
    find: (installationId) => entries.get(installationId)?.meter,
    list: () => [...entries.values()].map(({ meter }) => meter),
    waiting(installationId, since) {
      const sum = zeroCounters()
      const entry = entries.get(installationId)
      for (const { startedAt, counters } of [...(entry?.pending ?? []), ...(entry?.writing ?? [])])
        if (startedAt >= since) addCounters(sum, counters)
      return sum
    },
    take() {
      for (const entry of entries.values()) {
        entry.writing = entry.pending
        entry.writingBreaches = entry.breaches
        entry.pending = []
        entry.breaches = new Map()
      }
      return batchOf([...entries.values()])
    },
    settled() {
      for (const entry of entries.values()) {
        entry.writing = []
        entry.writingBreaches = new Map()
      }
    },
    failed() {
      for (const entry of entries.values()) {
        entry.pending = shorten([...entry.writing, ...entry.pending])
        for (const row of entry.writingBreaches.values()) noteBreach(entry.breaches, row)
        entry.writing = []
        entry.writingBreaches = new Map()
      }
    },
    forget: (installationId) => void entries.delete(installationId),
  }
}

function minuteOf(entry: Entry, at: Date): Counters {
  const last = entry.pending.at(-1)
  if (last !== undefined && at.getTime() - last.startedAt.getTime() < 60_000) return last.counters
  const fresh = { startedAt: bucketStart(at, 'minute'), counters: zeroCounters() }
  entry.pending.push(fresh)
  return fresh.counters
}

/** While nothing can be written, minutes are lost before counts are. */
function shorten(minutes: readonly Minute[]): Minute[] {
  const kept = [...minutes]
  while (kept.length > PENDING_MINUTES) {
    const [first, second] = kept
    if (first === undefined || second === undefined) break
    addCounters(second.counters, first.counters)
    kept.shift()
  }
  return kept
}

const NOTHING_KEPT = { storageBytes: 0, fileBytes: 0 }

interface MeterSink {
  minute(): Counters
  breach(part: Pick<LimitBreachRow, 'code' | 'limit' | 'value'>): void
}

function createInstallationMeter(metered: Metered, sink: MeterSink): InstallationMeter {
  const durations = createCallHistogram()
  const breaches = new Map<string, number>()
  const totals = {
    ...metered,
    counters: zeroCounters(),
    durations,
    breaches,
    coldStartMs: 0,
    heapBytes: 0,
    ...NOTHING_KEPT,
  }
  const count = (part: Partial<Counters>): void => {
    const full = { ...zeroCounters(), ...part }
    addCounters(totals.counters, full)
    addCounters(sink.minute(), full)
  }
  return {
    ...metered,
    totals,
    count,
    called: (durationMs) => durations.observe(durationMs / 1000),
    started(coldStartMs) {
      totals.coldStartMs += coldStartMs
      count({ coldStarts: 1 })
    },
    heap: (bytes) => {
      totals.heapBytes = bytes
    },
    kept(storageBytes, fileBytes) {
      totals.storageBytes = storageBytes
      totals.fileBytes = fileBytes
      count({ storageBytes, fileBytes })
    },
    breached(code, limit, value) {
      const name = `${code} ${limit}`
      breaches.set(name, (breaches.get(name) ?? 0) + 1)
      count({ breaches: 1 })
      sink.breach({ code, limit, value })
    },
  }
}

/** Minutes as buckets of all three lengths. One statement must not name a bucket twice. */
function batchOf(entries: readonly Entry[]): UsageBatch {
  const buckets = new Map<string, UsageBucketRow & Counters>()
  for (const { installationId, workspaceId, writing } of entries) {
    for (const { startedAt: at, counters } of writing) {
      for (const resolution of ['minute', 'hour', 'day'] as const) {
        const startedAt = bucketStart(at, resolution)
        const key = `${installationId} ${resolution} ${startedAt.getTime()}`
        const known = buckets.get(key)
        if (known === undefined) buckets.set(key, { installationId, workspaceId, resolution, startedAt, ...counters })
        else addCounters(known, counters)
      }
    }
  }
  return {
    buckets: [...buckets.values()],
    breaches: entries.flatMap(({ writingBreaches }) => [...writingBreaches.values()]),
  }
}

function noteBreach(breaches: Breaches, row: LimitBreachRow): void {
  const key = `${row.day} ${row.code} ${row.limit}`
  const { count, value, lastAt } = breaches.get(key) ?? { count: 0, value: 0, lastAt: row.lastAt }
  breaches.set(key, {
    ...row,
    count: count + row.count,
    value: Math.max(value, row.value),
    lastAt: lastAt > row.lastAt ? lastAt : row.lastAt,
  })
}
