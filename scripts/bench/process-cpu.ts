import { readFileSync, readdirSync } from 'node:fs'
import { errorCode } from '@nexus/plugin-api'

/** Clock ticks per second in `/proc`; 100 on every Linux that Node runs on. */
const TICKS = 100

/** CPU time in seconds. */
export interface CpuTime {
  readonly own: number
  /** With all living children and theirs. */
  readonly tree: number
}

/** CPU time of a process so far; `undefined` where there is no `/proc`. Source: proc_pid_stat(5). */
export function readCpu(pid: number | undefined): CpuTime | undefined {
  const own = pid === undefined ? undefined : readOne(pid)
  if (pid === undefined || own === undefined) return undefined
  return { own, tree: own + childrenOf(pid).reduce((sum, child) => sum + (readOne(child) ?? 0), 0) }
}

function readOne(pid: number): number | undefined {
  const fields = readProc(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')
  return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / TICKS
}

function childrenOf(pid: number): readonly number[] {
  const threads = listProc(`/proc/${pid}/task`)
  const children = threads.flatMap((thread) =>
    (readProc(`/proc/${pid}/task/${thread}/children`) ?? '')
      .split(' ')
      .filter((id) => id.trim() !== '')
      .map(Number),
  )
  return children.flatMap((child) => [child, ...childrenOf(child)])
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return unlessGone(error, undefined)
  }
}

function listProc(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    return unlessGone(error, [])
  }
}

/** A process may end while it is looked at, and other systems have no `/proc`. */
function unlessGone<Value>(error: unknown, value: Value): Value {
  if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return value
  throw error
}
