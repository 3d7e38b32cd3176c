import type { Isolate } from 'isolated-vm'
import type { CpuMeter } from './cpu-meter.ts'
import { ENTRY_GRACE_MS, WALL_EXTRA_MS, WALL_PER_CPU, WATCH_MS } from './limits.ts'

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
}

export interface EntryRunner {
  run(entry: Entry): void
  /** Judges the entry that runs now; called by the watch. */
  check(now: number): void
  /** The call that the running entry belongs to. */
  currentCall(): number
  runningSince(): number | undefined
  isIdle(): boolean
  stop(): void
}

interface Running {
  readonly entry: Entry
  readonly startedAt: number
  readonly cpuBefore: bigint
  readonly budgetMs: number
  readonly timeoutMs: number
}

/**
 * Enters one isolate, one entry at a time: only so can CPU time be attributed and a late return be noticed. Every
 * entry has a time limit inside V8, a CPU budget and a watch from outside, because code that runs after a promise
 * settles, or in a getter of an error, is outside of V8's own limit. `isOpen` tells whether a call still waits.
 */
export function createEntryRunner(
  isolate: Isolate,
  meter: CpuMeter,
  isOpen: (call: number) => boolean,
  onBreach: (breach: Breach) => void,
): EntryRunner {
  const queue: Entry[] = []
  let running: Running | undefined
  let stopped = false

  const overrun = (call: number): Breach => overrunOf(meter, call)
  const finish = (outcome: Running): void => {
    running = undefined
    meter.add(outcome.entry.call, Number(isolate.isDisposed ? 0n : isolate.cpuTime - outcome.cpuBefore) / 1000)
    if (!isOpen(outcome.entry.call)) meter.forget(outcome.entry.call)
    if (!stopped) next()
  }
  const next = (): void => {
    const entry = queue.shift()
    if (entry === undefined || stopped) return
    const budgetMs = meter.leftMs(entry.call)
    if (budgetMs <= 0) {
      onBreach(overrun(entry.call))
      return
    }
    const timeoutMs = Math.ceil(budgetMs * WALL_PER_CPU) + WALL_EXTRA_MS
    const current: Running = { entry, startedAt: performance.now(), cpuBefore: isolate.cpuTime, budgetMs, timeoutMs }
    running = current
    void settle(current)
  }
  const settle = async (current: Running): Promise<void> => {
    const { entry } = current
    try {
      const value = await entry.invoke(current.timeoutMs)
      finish(current)
      if (!stopped) entry.done?.(value)
    } catch (error) {
      const breach = stopped ? undefined : breachOf(error, overrun(entry.call))
      finish(current)
      if (breach !== undefined) onBreach(breach)
      else if (!stopped) entry.failed?.(messageOf(error))
    }
  }
  return {
    run(entry) {
      queue.push(entry)
      if (running === undefined && !stopped) next()
    },
    check(now) {
      if (running !== undefined && !stopped && isOver(running, isolate, now)) onBreach(overrun(running.entry.call))
    },
    currentCall: () => running?.entry.call ?? 0,
    runningSince: () => running?.startedAt,
    isIdle: () => running === undefined && queue.length === 0,
    stop() {
      stopped = true
      queue.length = 0
    },
  }
}

function overrunOf(meter: CpuMeter, call: number): Breach {
  const { limit, value } = meter.exhausted(call)
  return { code: 'SANDBOX_CPU', message: `Expected at most ${value} ms of CPU time (${limit}), found more.` }
}

function isOver(running: Running, isolate: Isolate, now: number): boolean {
  const cpuMs = Number(isolate.cpuTime - running.cpuBefore) / 1_000_000
  return cpuMs > running.budgetMs + WATCH_MS || now - running.startedAt > running.timeoutMs + ENTRY_GRACE_MS
}

function breachOf(error: unknown, overrun: Breach): Breach | undefined {
  const message = messageOf(error)
  if (/timed out/i.test(message)) return overrun
  if (/memory limit|catastrophic/i.test(message) || /disposed/i.test(message)) {
    return { code: 'SANDBOX_MEMORY', message: 'Expected the heap within `memoryMb`, found more.' }
  }
  return undefined
}

// Errors that isolated-vm carries over are plain copies; their members may still be of any type.
function messageOf(error: unknown): string {
  return error instanceof Error && typeof error.message === 'string'
    ? error.message
    : 'The plugin threw something that is not an Error.'
}
