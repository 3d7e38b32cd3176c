import type { Containment } from '../containment/containment.ts'
import type { MachineContainment } from '../containment/probe.ts'
import { CONTAINED_HOME, bubblewrapArguments } from './bubblewrap.ts'
import { launcherCommand } from './door.ts'
import type { LaunchPlan, Program } from './launch-plan.ts'
import { OPEN_FILES, PROCESSES } from './limits.ts'
import type { ProcessNetwork, ProcessSpec } from './process-spec.ts'
import { SYSTEM_PATH } from './resolve-command.ts'

/** Descriptors that bubblewrap reads; the launcher's own is the third. */
const ARGUMENTS = 3
const FILTER = 4
const DOOR = 5

/** A box of bubblewrap: own files, own processes, and its own network unless the grant says otherwise. */
export function planBox(bwrap: string, spec: ProcessSpec, executable: string, machine: MachineContainment): LaunchPlan {
  const { prlimit, seccomp } = machine
  const env = { PATH: SYSTEM_PATH, LANG: 'C.UTF-8', ...spec.env, HOME: CONTAINED_HOME, TMPDIR: '/tmp' }
  const program: Program = { file: executable, args: spec.args, env }
  const hasDoor = spec.network === 'proxy'
  const command = hasDoor ? launcherCommand() : [executable, ...spec.args]
  const limits = ['--core=0', `--nofile=${OPEN_FILES}`, `--nproc=${PROCESSES}`]
  const limited = 'path' in prlimit ? [prlimit.path, ...limits, '--', ...command] : command
  const filter = 'process' in seccomp ? seccomp.process : undefined
  // The program's environment may hold secrets; the launcher gets it through its channel.
  const boxEnv = hasDoor ? { NODE_CHANNEL_FD: String(DOOR) } : env
  const box = bubblewrapArguments(spec, executable, boxEnv)
  return {
    file: bwrap,
    args: ['--args', String(ARGUMENTS), '--', ...limited],
    // bubblewrap's own environment can be read from inside its box, whatever the box's command gets.
    env: {},
    cwd: '/',
    home: undefined,
    secretArguments: filter === undefined ? box : [...box, '--seccomp', String(FILTER)],
    filter,
    behindDoor: hasDoor ? program : undefined,
    containment: boxContainment(machine, spec.network ?? 'none'),
  }
}

/** What stands around a process in a box. */
export function boxContainment({ prlimit, seccomp, cgroup }: MachineContainment, network: ProcessNetwork): Containment {
  return {
    level: 'contained',
    layers: [
      'bubblewrap',
      'user-namespace',
      'pid-namespace',
      'private-files',
      'clean-environment',
      'no-capabilities',
      'die-with-parent',
      ...(network === 'host' ? [] : ['network-namespace']),
      ...(network === 'proxy' ? ['egress-proxy'] : []),
      ...('path' in prlimit ? ['prlimit'] : []),
      ...('process' in seccomp ? ['seccomp'] : []),
    ],
    missing: [
      ...(network === 'host' ? ['The whole network was granted to this process; nothing filters it.'] : []),
      ...[prlimit, seccomp, cgroup].flatMap((layer) => ('reason' in layer ? [layer.reason] : [])),
    ],
  }
}
