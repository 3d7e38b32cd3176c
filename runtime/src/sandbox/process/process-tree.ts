import { readFileSync } from 'node:fs'
import type { ProcessUsage } from './process-spec.ts'

const PAGE_BYTES = 4_096
/** The kernel counts CPU time for `/proc` in hundredths of a second on every platform Node runs on. */
const TICK_MICROSECONDS = 10_000

/** A process and everything it started, or an empty list when it is gone or the system does not tell. */
export function processTree(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    const own = children
      .split(' ')
      .filter((text) => text.trim() !== '')
      .map(Number)
    return [pid, ...own.flatMap(processTree)]
  } catch {
    return []
  }
}

/** Resident memory and CPU time of the whole tree below `pid`, `pid` included. */
export function treeUsage(pid: number): ProcessUsage | undefined {
  const readings = processTree(pid).flatMap((member) => readProcess(member) ?? [])
  if (readings.length === 0) return undefined
  return {
    processes: readings.length,
    residentBytes: readings.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    cpuMicroseconds: readings.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0),
  }
}

function readProcess(pid: number): Omit<ProcessUsage, 'processes'> | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name comes second, in brackets, and may hold anything; what follows is numbers. Fields from `man 5 proc`.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15)
    return {
      residentBytes: (fields[21] ?? 0) * PAGE_BYTES,
      cpuMicroseconds: (user + system + childrenUser + childrenSystem) * TICK_MICROSECONDS,
    }
  } catch {
    // Gone since it was listed.
    return undefined
  }
}
