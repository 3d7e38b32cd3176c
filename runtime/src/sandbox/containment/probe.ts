import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type CgroupHome, findCgroupHome } from './cgroup.ts'
import { type SyscallFilters, buildFilters, filterArchitecture } from './seccomp/filters.ts'

/** What this machine offers for containing child processes. */
export interface MachineContainment {
  /** Path of a `bwrap` that was seen to work, or why there is none. */
  readonly bubblewrap: { readonly path: string } | { readonly reason: string }
  /** Filters of system calls, or why there are none. They are put in force by bubblewrap. */
  readonly seccomp: SyscallFilters | { readonly reason: string }
  /** Where control groups can be made, or why nowhere. */
  readonly cgroup: CgroupHome | { readonly reason: string }
  readonly prlimit: { readonly path: string } | { readonly reason: string }
  /** Keeps a process on one CPU; for speed, it contains nothing. */
  readonly taskset: { readonly path: string } | { readonly reason: string }
}

const BUBBLEWRAP = '/usr/bin/bwrap'
const PRLIMIT = '/usr/bin/prlimit'
const TASKSET = '/usr/bin/taskset'
const PROBE_MS = 5_000

// The probe uses every option that the launchers rely on: a bwrap that cannot do one of them is not used at all.
const probeArguments = [
  '--unshare-user',
  '--unshare-all',
  '--disable-userns',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--ro-bind',
  '/',
  '/',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
  '--size',
  '1048576',
  '--tmpfs',
  '/tmp',
  '/usr/bin/env',
]

function probeBubblewrap(): MachineContainment['bubblewrap'] {
  if (process.platform !== 'linux') return { reason: `Bubblewrap needs Linux, this is ${process.platform}.` }
  if (!existsSync(BUBBLEWRAP)) return { reason: `${BUBBLEWRAP} is not installed: install the package bubblewrap.` }
  const probe = spawnSync(BUBBLEWRAP, probeArguments, { env: {}, encoding: 'utf8', timeout: PROBE_MS })
  if (probe.status === 0) return { path: BUBBLEWRAP }
  const said = probe.stderr.trim().split('\n').at(-1) ?? ''
  return {
    reason: `${BUBBLEWRAP} does not work here (${said === '' ? `exit ${probe.status}` : said}): allow it user namespaces, on Ubuntu with an AppArmor profile, in a container with --security-opt.`,
  }
}

/** Seen to work, like bubblewrap itself: a kernel may be built without filters. */
function probeSeccomp(bubblewrap: MachineContainment['bubblewrap']): MachineContainment['seccomp'] {
  if ('reason' in bubblewrap)
    return { reason: 'Filters of system calls are put in force by bubblewrap, which is missing.' }
  const architecture = filterArchitecture()
  if (architecture === undefined)
    return { reason: `Filters of system calls are written for x64 and arm64, this is ${process.arch}.` }
  const filters = buildFilters(architecture)
  const probe = spawnSync(bubblewrap.path, ['--seccomp', '0', ...probeArguments], {
    env: {},
    input: filters.process,
    encoding: 'utf8',
    timeout: PROBE_MS,
  })
  if (probe.status === 0) return filters
  return { reason: 'The kernel refuses filters of system calls; it must be built with CONFIG_SECCOMP_FILTER.' }
}

function probeUtility(path: string, purpose: string): { readonly path: string } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: `${purpose} needs Linux, this is ${process.platform}.` }
  return existsSync(path) ? { path } : { reason: `${path} is not installed: install the package util-linux.` }
}

let found: MachineContainment | undefined

/** Looks once per process what the machine offers; about 10 ms the first time. */
export function probeMachine(): MachineContainment {
  found ??= probeAll()
  return found
}

function probeAll(): MachineContainment {
  const bubblewrap = probeBubblewrap()
  return {
    bubblewrap,
    seccomp: probeSeccomp(bubblewrap),
    cgroup: process.platform === 'linux' ? findCgroupHome() : { reason: 'Control groups need Linux.' },
    prlimit: probeUtility(PRLIMIT, 'Limiting resources'),
    taskset: probeUtility(TASKSET, 'Keeping a process on one CPU'),
  }
}
