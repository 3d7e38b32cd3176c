import { monitorEventLoopDelay } from 'node:perf_hooks'
import { readCpu } from '../process-cpu.ts'

export interface CallFigures {
  readonly callsPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
  /** CPU time of this process and those that serve it, microseconds per call. */
  readonly cpuUs: number | undefined
  /** Longest stall of this process's event loop, milliseconds. */
  readonly stallMs: number
}

export interface MeasureOptions {
  readonly inFlight: number
  readonly durationMs: number
  readonly processes: () => readonly number[]
}

const WARMUP_SHARE = 0.3

/** Keeps `inFlight` calls going for a while; the warm-up is not counted. */
export async function measureCalls(call: () => Promise<unknown>, options: MeasureOptions): Promise<CallFigures> {
  await run(call, options.inFlight, options.durationMs * WARMUP_SHARE)
  const stalls = monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  const cpuBefore = cpuOf(options.processes())
  const began = performance.now()
  const times = await run(call, options.inFlight, options.durationMs)
  const seconds = (performance.now() - began) / 1000
  const cpu = cpuOf(options.processes())
  stalls.disable()
  const sorted = times.toSorted((left, right) => left - right)
  const at = (share: number): number => 1000 * (sorted[Math.floor(sorted.length * share)] ?? Number.NaN)
  return {
    callsPerSecond: times.length / seconds,
    p50Us: at(0.5),
    p99Us: at(0.99),
    cpuUs: cpu === undefined || cpuBefore === undefined ? undefined : ((cpu - cpuBefore) * 1e6) / times.length,
    stallMs: stalls.max / 1e6,
  }
}

async function run(call: () => Promise<unknown>, inFlight: number, durationMs: number): Promise<readonly number[]> {
  const times: number[] = []
  const until = performance.now() + durationMs
  const lane = async (): Promise<void> => {
    for (let began = performance.now(); began < until;) {
      await call()
      const now = performance.now()
      times.push(now - began)
      began = now
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return times
}

function cpuOf(processes: readonly number[]): number | undefined {
  const { user, system } = process.cpuUsage()
  const others = processes.map((pid) => readCpu(pid)?.tree)
  if (others.includes(undefined)) return undefined
  return others.reduce<number>((sum, seconds) => sum + (seconds ?? 0), (user + system) / 1e6)
}
