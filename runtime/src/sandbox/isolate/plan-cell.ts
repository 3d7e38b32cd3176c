import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { createCpuTurns } from '../containment/affinity.ts'
import type { Containment } from '../containment/containment.ts'
import { type MachineContainment, probeMachine } from '../containment/probe.ts'
import { sandboxError } from '../errors.ts'
import { CELL_OPEN_FILES, CELL_PROCESSES } from './limits.ts'

/** What is executed. */
export interface CellCommand {
  readonly file: string
  readonly args: readonly string[]
}

/** How a cell process is started. */
export interface CellPlan {
  /** The command of the next cell. Each cell stays on one CPU, the next cell on the next. */
  nextCommand(): CellCommand
  /** True when descriptor 4 tells the process id as JSON (`child-pid`). */
  readonly tellsPid: boolean
  /** Filter of system calls, to be written to descriptor 5 and ended; `undefined` where there is none. */
  readonly filter: Buffer | undefined
  readonly containment: Containment
}

const NODE_MAJOR = 26

/** The compiled addon for this Node, found the way the package itself finds it. */
export function findAddon(): string {
  const require = createRequire(import.meta.url)
  const folder = dirname(require.resolve('isolated-vm/package.json'))
  const load: unknown = createRequire(`${folder}/package.json`)('node-gyp-build')
  if (typeof load === 'function' && 'path' in load && typeof load.path === 'function') {
    const path: unknown = load.path(folder)
    if (typeof path === 'string') return path
  }
  throw sandboxError('SANDBOX_UNAVAILABLE', 'Expected isolated-vm with a compiled addon for this system, found none.')
}

/** Refuses to run plugin code on a Node where one-line plugins abort the process. */
export function checkNodeVersion(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) === NODE_MAJOR) return
  throw sandboxError(
    'SANDBOX_UNAVAILABLE',
    `Expected Node ${NODE_MAJOR}, found ${version}. Start Nexus with the npm scripts, which bring it.`,
  )
}

/** What runs in a cell: the main file first, then what it is told about and may read, each with its name in the box. */
export interface CellProgram {
  readonly files: readonly { readonly path: string; readonly name: string }[]
  /** The one thing that Node's permissions leave to it. */
  readonly power: '--allow-addons' | '--allow-worker'
  /** True when its threads take turns and never run side by side. */
  readonly takesTurns: boolean
  /** Node lets its main thread debug the others; only in developer mode. */
  readonly mayInspect?: boolean
}

function nodeArguments({ power, mayInspect, takesTurns }: CellProgram, files: readonly string[]): string[] {
  return [
    '--permission',
    power,
    ...(mayInspect === true ? ['--allow-inspector'] : []),
    ...files.map((path) => `--allow-fs-read=${path}`),
    // On one CPU helpers gain nothing; in the isolate's own thread, the CPU clock sees what collecting costs.
    ...(takesTurns ? ['--single-threaded-gc'] : []),
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    // The prelude takes it away from plugins and uses it when a sandbox is idle.
    '--expose-gc',
    '--no-warnings',
    ...files,
  ]
}

/** The plan of a cell that holds isolates. */
export function planCell(cellPath: string, addonPath: string, strength?: 'strongest' | 'permission'): CellPlan {
  const files = [
    { path: cellPath, name: 'main.mjs' },
    { path: addonPath, name: 'isolated-vm.node' },
  ]
  return planProgram({ files, power: '--allow-addons', takesTurns: true }, strength)
}

/** The strongest box this machine offers for a cell; without bubblewrap, Node's own permissions remain. */
export function planProgram(program: CellProgram, strength: 'strongest' | 'permission' = 'strongest'): CellPlan {
  const machine = probeMachine()
  if (strength === 'strongest' && 'path' in machine.bubblewrap)
    return planBox(machine.bubblewrap.path, program, machine)
  const reason = 'reason' in machine.bubblewrap ? machine.bubblewrap.reason : 'Bubblewrap was switched off.'
  return planPermission(reason, program, machine)
}

const limits = ['--core=0', `--nofile=${CELL_OPEN_FILES}`, '--fsize=0']
const alwaysThere = ['separate-process', 'empty-environment', 'node-permission']

function planPermission(reason: string, program: CellProgram, machine: MachineContainment): CellPlan {
  const { prlimit } = machine
  const files = program.files.map(({ path }) => path)
  const command = [process.execPath, ...nodeArguments(program, files)]
  const limited = 'path' in prlimit ? [prlimit.path, ...limits, '--', ...command] : command
  const [file = process.execPath, ...args] = limited
  return {
    nextCommand: pinned({ file, args }, program, machine),
    tellsPid: false,
    filter: undefined,
    containment: {
      level: 'path' in prlimit ? 'limits' : 'none',
      layers: [
        ...alwaysThere,
        ...('path' in prlimit ? ['prlimit'] : []),
        ...('create' in machine.cgroup ? ['cgroup'] : []),
      ],
      missing: [reason, ...[prlimit, machine.cgroup].flatMap((layer) => ('reason' in layer ? [layer.reason] : []))],
    },
  }
}

function planBox(bwrap: string, program: CellProgram, machine: MachineContainment): CellPlan {
  const { prlimit, seccomp } = machine
  const files = program.files.map(({ name }) => `/cell/${name}`)
  const inside = ['/cell/node', ...nodeArguments(program, files)]
  const limited =
    'path' in prlimit ? ['/cell/prlimit', ...limits, `--nproc=${CELL_PROCESSES}`, '--', ...inside] : inside
  const args = box(program, 'path' in prlimit ? prlimit.path : undefined)
  args.push('--info-fd', '4', ...('cell' in seccomp ? ['--seccomp', '5'] : []), '--', ...limited)
  return {
    nextCommand: pinned({ file: bwrap, args }, program, machine),
    tellsPid: true,
    filter: 'cell' in seccomp ? seccomp.cell : undefined,
    containment: {
      level: 'contained',
      layers: [
        ...alwaysThere,
        ...('path' in prlimit ? ['prlimit'] : []),
        'bubblewrap',
        'user-namespace',
        'pid-namespace',
        'network-namespace',
        'private-files',
        'no-capabilities',
        'die-with-parent',
        ...('cell' in seccomp ? ['seccomp'] : []),
        ...('create' in machine.cgroup ? ['cgroup'] : []),
      ],
      missing: [prlimit, seccomp, machine.cgroup].flatMap((layer) => ('reason' in layer ? [layer.reason] : [])),
    },
  }
}

/**
 * A call wakes the cell's main thread and an isolate's thread in turn. On one CPU that is a switch; across CPUs, virtual
 * ones above all, it is an interrupt that costs several times the call.
 */
function pinned(command: CellCommand, { takesTurns }: CellProgram, { taskset }: MachineContainment): () => CellCommand {
  if ('reason' in taskset || !takesTurns) return () => command
  const nextCpu = createCpuTurns()
  return () => {
    const cpu = nextCpu()
    if (cpu === undefined) return command
    return { file: taskset.path, args: ['-c', String(cpu), command.file, ...command.args] }
  }
}

/** Inside: the C library, Node and the program's files. Nothing of the operator's, and no network. */
function box({ files }: CellProgram, prlimit: string | undefined): string[] {
  const args = [
    '--unshare-user',
    '--unshare-all',
    '--disable-userns',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--hostname',
    'cell',
  ]
  for (const path of ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/etc/ld.so.cache'])
    args.push('--ro-bind-try', path, path)
  args.push('--proc', '/proc', '--dev', '/dev', '--size', '1048576', '--tmpfs', '/tmp', '--dir', '/cell')
  args.push('--ro-bind', process.execPath, '/cell/node')
  for (const { path, name } of files) args.push('--ro-bind', path, `/cell/${name}`)
  if (prlimit !== undefined) args.push('--ro-bind', prlimit, '/cell/prlimit')
  args.push('--remount-ro', '/')
  return args
}
