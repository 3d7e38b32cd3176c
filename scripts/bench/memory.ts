import { readFileSync } from 'node:fs'

/** Resident memory of a process in MiB; `undefined` where there is no `/proc`. Source: proc_pid_status(5). */
export function readResident(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024
  } catch {
    return undefined
  }
}
