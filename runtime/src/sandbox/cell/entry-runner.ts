import type { Isolate } from 'isolated-vm'
import type { CellLimits } from './cell-limits.ts'
import type { CpuMeter } from './cpu-meter.ts'
import { ENTRY_GRACE_MS, MAX_ENTRIES_AHEAD, ORPHAN_MS, WALL_EXTRA_MS, WALL_PER_CPU, WATCH_MS } from './limits.ts'

/** One entry into the isolate. */
export interface Entry {
  /** The call that pays for it, 0 for none. */
  readonly call: number
  readonly invoke: (timeoutMs: number) => Promise<unknown>
  readonly done?: (value: unknown) => void
  /** The entry threw: an error as text. Breaches do not come here. */
  readonly failed?: (message: string) => void
}

/** Why a sandbox must end. */
export interface Breach {
  readonly code: 'SANDBOX_CPU' | 'SANDBOX_MEMORY' | 'SANDBOX_TIMEOUT'
  readonly message: string
  readonly limit: 'cpuMsPerCall' | 'cpuMsPerMinute' | 'memoryMb' | 'wallMsPerCall'
  readonly value: number
}

export interface EntryRunner {
  run(entry: Entry): void
  /** Judges the entry that runs now; called by the watch. */
  check(now: number): void
  runningSince(): number | undefined
  isIdle(): boolean
  stop(): void
}

interface Running {
  readonly entry: Entry
  readonly budgetMs: number
  readonly timeoutMs: number
  /** Since when it runs for a call that nobody waits for any more. */
  orphanSince: number | undefined
}

export interface EntryRunnerParts {
  readonly isolate: Isolate
  readonly meter: CpuMeter
  readonly limits: Pick<CellLimits, 'memoryMb' | 'wallMsPerCall'>
  /** Does this call still wait? */
  readonly isOpen: (call: number) => boolean
  readonly onBreach: (breach: Breach) => void
}

/**
 * Enters one isolate. Entries are handed over ahead, so that its thread goes from one to the next without being woken
 * for each; they run one after another, and the first of those handed over is the one that runs. CPU time is taken when
 * an entry comes back: what its successor used by then, the time of one wake-up, counts for it.
 *
 * Every entry has a time limit inside V8, a CPU budget and a watch from outside, because code that runs after a promise
 * settles, or in a getter of an error, is outside of V8's own limit.
 */
export function createEntryRunner(parts: EntryRunnerParts): EntryRunner {
  return new Runner(parts)
}

class Runner implements EntryRunner {
  readonly #parts: EntryRunnerParts
  readonly #waiting: Entry[] = []
  readonly #running: Running[] = []
  #headSince = 0
  #cpuMark: bigint
  #stopped = false

  constructor(parts: EntryRunnerParts) {
    this.#parts = parts
    this.#cpuMark = parts.isolate.cpuTime
  }

  run(entry: Entry): void {
    if (this.#stopped) return
    this.#waiting.push(entry)
    if (this.#running.length < MAX_ENTRIES_AHEAD) this.#next()
  }

  check(now: number): void {
    const [head] = this.#running
    const { isolate, isOpen, onBreach } = this.#parts
    if (head === undefined || this.#stopped || isolate.isDisposed) return
    // The CPU clock does not see V8's helper threads: what they do for the code is found by its not coming back.
    if (!isOpen(head.entry.call)) head.orphanSince ??= now
    const isOrphan = head.orphanSince !== undefined && now - head.orphanSince > ORPHAN_MS
    const isLate = now - this.#headSince > head.timeoutMs + ENTRY_GRACE_MS
    if (isOrphan || isLate || this.#cpuMs() > head.budgetMs + WATCH_MS) onBreach(this.#overrun(head))
  }

  runningSince(): number | undefined {
    return this.#running.length === 0 ? undefined : this.#headSince
  }

  isIdle(): boolean {
    return this.#running.length === 0 && this.#waiting.length === 0
  }

  stop(): void {
    this.#stopped = true
    this.#waiting.length = 0
  }

  #next(): void {
    const entry = this.#waiting.shift()
    if (entry === undefined) return
    const { meter, onBreach } = this.#parts
    const budgetMs = meter.leftMs(entry.call)
    if (budgetMs <= 0) {
      onBreach(overrunOf(meter, entry.call))
      return
    }
    const timeoutMs = Math.ceil(budgetMs * WALL_PER_CPU) + WALL_EXTRA_MS
    if (this.#running.length === 0) this.#headSince = performance.now()
    const current: Running = { entry, budgetMs, timeoutMs, orphanSince: undefined }
    this.#running.push(current)
    void this.#settle(current)
  }

  async #settle(current: Running): Promise<void> {
    const { meter, isOpen, onBreach } = this.#parts
    const { entry } = current
    try {
      const value = await entry.invoke(current.timeoutMs)
      this.#finish(entry)
      if (!this.#stopped) entry.done?.(value)
    } catch (error) {
      const breach = this.#stopped ? undefined : this.#breachOf(error, current)
      this.#finish(entry)
      if (breach !== undefined) onBreach(breach)
      else if (!this.#stopped) entry.failed?.(messageOf(error))
    }
    if (!isOpen(entry.call)) meter.forget(entry.call)
  }

  #finish({ call }: Entry): void {
    const { isolate, meter } = this.#parts
    this.#running.shift()
    this.#headSince = performance.now()
    if (!isolate.isDisposed) {
      const now = isolate.cpuTime
      meter.add(call, Number(now - this.#cpuMark) / 1000)
      this.#cpuMark = now
    }
    if (this.#waiting.length > 0 && !this.#stopped) this.#next()
  }

  #breachOf(error: unknown, current: Running): Breach | undefined {
    const message = messageOf(error)
    if (/timed out/i.test(message)) return this.#overrun(current)
    if (/memory limit|catastrophic|disposed/i.test(message)) return memoryBreach(this.#parts.limits.memoryMb)
    return undefined
  }

  /** CPU time since the last entry came back, milliseconds. */
  #cpuMs(): number {
    const { isolate } = this.#parts
    return isolate.isDisposed ? 0 : Number(isolate.cpuTime - this.#cpuMark) / 1_000_000
  }

  /** Code that did not come back: for its CPU time only when the clock says so, because a machine can be busy. */
  #overrun({ entry, budgetMs, timeoutMs }: Running): Breach {
    if (this.#cpuMs() >= budgetMs) return overrunOf(this.#parts.meter, entry.call)
    const message = `Expected code to come back within ${timeoutMs} ms, it did not.`
    return { code: 'SANDBOX_TIMEOUT', message, limit: 'wallMsPerCall', value: this.#parts.limits.wallMsPerCall }
  }
}

function overrunOf(meter: CpuMeter, call: number): Breach {
  const { limit, value } = meter.exhausted(call)
  const message = `Expected at most ${value} ms of CPU time (${limit}), found more.`
  return { code: 'SANDBOX_CPU', message, limit, value }
}

export function memoryBreach(memoryMb: number): Breach {
  const message = `Expected a heap of at most ${memoryMb} MiB (memoryMb), found more.`
  return { code: 'SANDBOX_MEMORY', message, limit: 'memoryMb', value: memoryMb }
}

// Errors that isolated-vm carries over are plain copies; their members may still be of any type.
function messageOf(error: unknown): string {
  return error instanceof Error && typeof error.message === 'string'
    ? error.message
    : 'The plugin threw something that is not an Error.'
}
