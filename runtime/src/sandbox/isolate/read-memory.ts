import { readFileSync, writeFileSync } from 'node:fs'

const PAGE_BYTES = 4096

/** Resident memory of a process, or `undefined` where the system does not tell. */
export function readResidentBytes(pid: number): number | undefined {
  try {
    const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]
    return pages === undefined ? undefined : Number(pages) * PAGE_BYTES
  } catch {
    // Gone, or a system without /proc: the cell's own word is used instead.
    return undefined
  }
}

/** The process that runs inside a box, given the box's own first process. */
export function findInnerProcess(boxPid: number): number {
  try {
    const child = readFileSync(`/proc/${boxPid}/task/${boxPid}/children`, 'utf8').trim().split(' ')[0]
    return child === undefined || child === '' ? boxPid : Number(child)
  } catch {
    // The kernel does not list children: the box's own process is the best known.
    return boxPid
  }
}

/** Asks the system to sacrifice this process first when memory runs out. */
export function volunteerForMemoryKill(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000')
  } catch {
    // Not offered here; the memory poll remains.
  }
}
