import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Containment } from '../containment/containment.ts'
import { type MachineContainment, probeMachine } from '../containment/probe.ts'
import { CONTAINED_HOME, bubblewrapArguments } from './bubblewrap.ts'
import { OPEN_FILES, PROCESSES } from './limits.ts'
import type { ProcessSpec } from './process-spec.ts'
import { SYSTEM_PATH } from './resolve-command.ts'

/** How exactly a child is started. */
export interface LaunchPlan {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Written to descriptor 3 and closed there; absent when descriptor 3 is the lifeline. */
  readonly secretArguments: readonly string[] | undefined
  /** The private home made on this machine, to be removed afterwards; a box has its own inside. */
  readonly home: string | undefined
  readonly containment: Containment
}

// The background reader kills the whole group when descriptor 3 reaches its end: that is when the host closes it or
// dies, kill -9 included; the private home ($0) goes with it. The command itself does not hold the descriptor, so it cannot keep its own life.
const LIFELINE = '{ read -r _ <&3; rm -rf -- "$0"; kill -9 0; } </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"'

/** Chooses the strongest containment that the machine offers. */
export function planLaunch(spec: ProcessSpec, executable: string): LaunchPlan {
  const machine = probeMachine()
  const box = spec.containment === 'lifeline' ? undefined : machine.bubblewrap
  return box !== undefined && 'path' in box
    ? planBox(box.path, spec, executable, machine)
    : planLifeline(spec, executable, machine)
}

function environment(spec: ProcessSpec, home: string, temporary: string): Readonly<Record<string, string>> {
  return { PATH: SYSTEM_PATH, LANG: 'C.UTF-8', ...spec.env, HOME: home, TMPDIR: temporary }
}

function limited(
  machine: MachineContainment,
  command: readonly string[],
  limits: readonly string[],
): readonly string[] {
  return 'path' in machine.prlimit ? [machine.prlimit.path, ...limits, '--', ...command] : command
}

function missingOf(machine: MachineContainment): string[] {
  return 'reason' in machine.prlimit ? [machine.prlimit.reason] : []
}

function planBox(bwrap: string, spec: ProcessSpec, executable: string, machine: MachineContainment): LaunchPlan {
  const limits = ['--core=0', `--nofile=${OPEN_FILES}`, `--nproc=${PROCESSES}`]
  const layers = [
    'bubblewrap',
    'user-namespace',
    'pid-namespace',
    'private-files',
    'no-capabilities',
    'die-with-parent',
  ]
  if (spec.network === false) layers.push('network-namespace')
  if ('path' in machine.prlimit) layers.push('prlimit')
  return {
    file: bwrap,
    args: ['--args', '3', '--', ...limited(machine, [executable, ...spec.args], limits)],
    // bubblewrap's own environment can be read from inside its box, whatever the box's command gets.
    env: {},
    cwd: '/',
    home: undefined,
    secretArguments: bubblewrapArguments(spec, executable, environment(spec, CONTAINED_HOME, '/tmp')),
    containment: { level: 'contained', layers, missing: missingOf(machine) },
  }
}

function planLifeline(spec: ProcessSpec, executable: string, machine: MachineContainment): LaunchPlan {
  const home = mkdtempSync(join(tmpdir(), 'nexus-process-'))
  const reason =
    'reason' in machine.bubblewrap ? machine.bubblewrap.reason : 'Bubblewrap was switched off for this process.'
  const hasLimits = 'path' in machine.prlimit
  const command = limited(machine, [executable, ...spec.args], ['--core=0', `--nofile=${OPEN_FILES}`])
  const isWindows = process.platform === 'win32'
  return {
    file: isWindows ? executable : '/bin/sh',
    args: isWindows ? spec.args : ['-c', LIFELINE, home, ...command],
    env: environment(spec, home, home),
    cwd: spec.cwd ?? home,
    home,
    secretArguments: undefined,
    containment: {
      level: hasLimits ? 'limits' : 'none',
      layers: [
        'clean-environment',
        'process-group',
        ...(isWindows ? [] : ['lifeline']),
        ...(hasLimits ? ['prlimit'] : []),
      ],
      missing: [reason, ...missingOf(machine)],
    },
  }
}
