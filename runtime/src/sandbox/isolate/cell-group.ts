import { probeMachine } from '../containment/probe.ts'
import type { CellEnd } from './cell-process.ts'
import { CELL_PROCESSES, MEMORY_HARD_FACTOR } from './limits.ts'

/** The control group of one cell; without effect where the machine offers none. */
export interface CellGroup {
  /** The same cap; whenever it changes, the kernel's limit follows, where the watch would kill without a question. */
  follow(memoryCapBytes: () => number): () => number
  /** Why the cell ended, given what the host knows; takes the group away. */
  close(reason: CellEnd | undefined): CellEnd
}

/** To be called before the cell's box starts anything: what it starts is then in the group from the beginning. */
export function openCellGroup(pid: number): CellGroup {
  const group = makeGroup(pid)
  return {
    follow: (memoryCapBytes) => () => {
      const cap = memoryCapBytes()
      group?.limitMemory(cap * MEMORY_HARD_FACTOR)
      return cap
    },
    close(reason) {
      const why = reason ?? ((group?.memoryKills() ?? 0) > 0 ? 'memory' : 'crashed')
      void group?.remove()
      return why
    },
  }
}

function makeGroup(pid: number) {
  const home = probeMachine().cgroup
  if ('reason' in home) return undefined
  try {
    const group = home.create({ tasks: CELL_PROCESSES })
    group.join(pid)
    return group
  } catch {
    // It ended before it could be put in, or the place was taken away: the watch remains.
    return undefined
  }
}
