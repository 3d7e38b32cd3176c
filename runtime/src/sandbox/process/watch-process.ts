import { sandboxError } from '../errors.ts'
import { CPU_WINDOW_MS, USAGE_POLL_MS } from './limits.ts'
import type { ProcessLimits, ProcessUsage } from './process-spec.ts'

/** The eyes of the host on one process and what it started. */
export interface ProcessWatch {
  /** Why the process was ended, if it was. */
  breach(): Error | undefined
  stop(): void
}

/** Reads usage now and then, and kills at the first limit that is crossed. */
export function watchProcess(
  limits: ProcessLimits,
  usage: () => ProcessUsage | undefined,
  /** True once the kernel ended something of the tree for its memory; the rest follows. */
  isShortOfMemory: () => boolean,
  kill: () => void,
): ProcessWatch {
  let breach: Error | undefined
  let window = { startedAt: performance.now(), cpuMicroseconds: 0 }
  const look = (): void => {
    const now = usage()
    if (now === undefined || breach !== undefined) return
    breach = isShortOfMemory()
      ? memoryError(limits.memoryMb)
      : (memoryBreach(limits, now) ?? cpuBreach(limits, now.cpuMicroseconds - window.cpuMicroseconds))
    if (breach !== undefined) kill()
    else if (performance.now() - window.startedAt >= CPU_WINDOW_MS)
      window = { startedAt: performance.now(), cpuMicroseconds: now.cpuMicroseconds }
  }
  const timer = setInterval(look, USAGE_POLL_MS)
  timer.unref()
  return { breach: () => breach, stop: () => clearInterval(timer) }
}

function memoryBreach({ memoryMb }: ProcessLimits, { residentBytes }: ProcessUsage): Error | undefined {
  return residentBytes > memoryMb * 1_048_576 ? memoryError(memoryMb) : undefined
}

/** What callers are told when a process was ended for its memory, by this host or by the kernel on its behalf. */
export function memoryError(memoryMb: number): Error {
  return sandboxError(
    'SANDBOX_MEMORY',
    `Expected the process and what it started to stay within ${memoryMb} MiB (memoryMb), found more; it was ended.`,
    { details: { limit: 'memoryMb', value: memoryMb } },
  )
}

function cpuBreach({ cpuMsPerMinute }: ProcessLimits, cpuMicroseconds: number): Error | undefined {
  if (cpuMicroseconds <= cpuMsPerMinute * 1_000) return undefined
  return sandboxError(
    'SANDBOX_CPU',
    `Expected at most ${cpuMsPerMinute} ms of CPU time within a minute (cpuMsPerMinute), found more; the process was ended.`,
    { details: { limit: 'cpuMsPerMinute', value: cpuMsPerMinute } },
  )
}
