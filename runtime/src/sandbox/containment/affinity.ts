import { readFileSync } from 'node:fs'

/** CPU numbers of a kernel list such as `0-3,8`; empty for anything else. */
export function parseCpuList(text: string): readonly number[] {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return []
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number)
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset)
  })
}

/** CPUs this process may use, as the kernel says (cgroup cpusets included); empty where it does not tell. */
export function allowedCpus(): readonly number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    return parseCpuList(list ?? '')
  } catch {
    // A system without /proc has no taskset either.
    return []
  }
}

/** Hands out the CPUs in turn; `undefined` when there is no choice to make. */
export function createCpuTurns(cpus: readonly number[] = allowedCpus()): () => number | undefined {
  let turn = 0
  return () => {
    if (cpus.length < 2) return undefined
    const cpu = cpus[turn % cpus.length]
    turn += 1
    return cpu
  }
}
