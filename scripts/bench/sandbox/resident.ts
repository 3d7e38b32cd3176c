import { readFileSync, readdirSync } from 'node:fs'
import { errorCode } from '@nexus/plugin-api'

/** Proportional memory of processes and all they started, bytes: shared pages are divided among those who share them. */
export function residentOf(processes: readonly number[]): number {
  return processes.reduce((sum, pid) => sum + ownOf(pid) + residentOf(childrenOf(pid)), 0)
}

function ownOf(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1]
  return kilobytes === undefined ? 0 : Number(kilobytes) * 1024
}

/** Processes that a process started, by id. */
export function childrenOf(pid: number): readonly number[] {
  return list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .filter((id) => id.trim() !== '')
      .map(Number),
  )
}

/** Descriptors this process holds open. */
export function openDescriptors(): number {
  return list('/proc/self/fd').length
}

// A process may end while it is looked at, and other systems have no /proc.
const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH', 'EACCES'].includes(errorCode(error) ?? '')

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isGone(error)) return ''
    throw error
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}
