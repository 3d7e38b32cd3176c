import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Containment } from '../containment/containment.ts'
import type { MachineContainment } from '../containment/probe.ts'
import type { LaunchPlan } from './launch-plan.ts'
import { OPEN_FILES } from './limits.ts'
import type { ProcessSpec } from './process-spec.ts'
import { SYSTEM_PATH } from './resolve-command.ts'

// The background reader kills the whole group when descriptor 3 reaches its end: that is when the host closes it or
// dies, kill -9 included; the private home ($0) goes with it. The command itself does not hold the descriptor, so it cannot keep its own life.
const LIFELINE = '{ read -r _ <&3; rm -rf -- "$0"; kill -9 0; } </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"'

const hasShell = process.platform !== 'win32'

/** Without a box: a group of its own that dies with the host, a private home, and for Node servers Node's permissions. */
export function planLifeline(spec: ProcessSpec, executable: string, machine: MachineContainment): LaunchPlan {
  const { prlimit } = machine
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'nexus-process-'))
  const isNode = executable === realpathSync(process.execPath)
  const program = [executable, ...(isNode ? nodePermissions(spec, home) : []), ...spec.args]
  const limits = ['--core=0', `--nofile=${OPEN_FILES}`]
  const [file = executable, ...args] = 'path' in prlimit ? [prlimit.path, ...limits, '--', ...program] : program
  return {
    file: hasShell ? '/bin/sh' : file,
    args: hasShell ? ['-c', LIFELINE, home, file, ...args] : args,
    env: { PATH: SYSTEM_PATH, LANG: 'C.UTF-8', ...spec.env, HOME: home, TMPDIR: home },
    cwd: spec.cwd ?? home,
    home,
    secretArguments: undefined,
    filter: undefined,
    behindDoor: undefined,
    containment: lifelineContainment(machine, isNode, isNode && (spec.network ?? 'none') === 'none'),
  }
}

/** What stands around a process without a box. */
export function lifelineContainment(
  { bubblewrap, prlimit, cgroup }: MachineContainment,
  isNode: boolean,
  isNetworkCut: boolean,
): Containment {
  return {
    level: 'path' in prlimit || isNode ? 'limits' : 'none',
    layers: [
      'clean-environment',
      'process-group',
      ...(hasShell ? ['lifeline'] : []),
      ...(isNode ? ['node-permission'] : []),
      ...(isNetworkCut ? ['no-network'] : []),
      ...('path' in prlimit ? ['prlimit'] : []),
    ],
    missing: [
      'reason' in bubblewrap ? bubblewrap.reason : 'Bubblewrap was switched off for this process.',
      ...(isNetworkCut ? [] : ['The network of this process is not filtered: that needs bubblewrap.']),
      ...(isNode ? [] : ['It may read what the host may read: only Node servers can be limited without bubblewrap.']),
      ...[prlimit, cgroup].flatMap((layer) => ('reason' in layer ? [layer.reason] : [])),
    ],
  }
}

/** Node's own permissions: a seat belt against mistakes, not a wall against an attacker, and told so in the docs. */
function nodePermissions(spec: ProcessSpec, home: string): readonly string[] {
  const writable = [home, ...(spec.writable ?? []), ...(spec.cwd === undefined ? [] : [spec.cwd])]
  const readable = [...writable, ...(spec.readable ?? []), ...spec.args.slice(0, 1).filter((path) => isAbsolute(path))]
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
    ...((spec.network ?? 'none') === 'none' ? [] : ['--allow-net']),
  ]
}
