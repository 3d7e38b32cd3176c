import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Servers share one core and the load has another, so that neither takes the other's time. */
const SERVER_CORE = 0
const LOAD_CORE = 1

const pins = availableParallelism() > 1 && spawnSync('taskset', ['-V'], { stdio: 'ignore' }).status === 0

/** The command that runs on the servers' core; the same command where the machine cannot pin. */
export function onServerCore(command: readonly string[]): readonly string[] {
  return pins ? ['taskset', '-c', String(SERVER_CORE), ...command] : command
}

/** Moves this process, the load, to its core. */
export function useLoadCore(): void {
  if (pins) spawnSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' })
}
