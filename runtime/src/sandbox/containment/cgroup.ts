import { accessSync, constants, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'

/** Limits that the kernel keeps for a process and everything it starts, however fast it is. */
export interface CgroupLimits {
  readonly memoryBytes?: number
  /** Processes and threads together. */
  readonly tasks: number
}

/** A control group for one child of the host. */
export interface Cgroup {
  /** Puts a process in, before it starts others. */
  join(pid: number): void
  limitMemory(bytes: number): void
  /** How often the kernel ended something in it for want of memory. */
  memoryKills(): number
  /** Takes it away once it is empty; resolves whether or not that worked. */
  remove(): Promise<void>
}

/** The place where the host may make control groups. */
export interface CgroupHome {
  readonly version: 1 | 2
  create(limits: CgroupLimits): Cgroup
}

const CONTROLLERS = ['memory', 'pids', 'cpu'] as const
type Controller = (typeof CONTROLLERS)[number]

/** As much as the host itself, however many threads a child has; less would slow every call down. */
const CPU_SHARES_V1 = '1024'
const CPU_WEIGHT_V2 = '100'
const REMOVE_TRIES = 100
const REMOVE_PAUSE_MS = 10
const OWN_NAME = /^nexus-(\d+)-\d+$/

/** Where `root` is a mounted cgroup file system, the place for groups below this process's own; or why there is none. */
export function findCgroupHome(
  root = '/sys/fs/cgroup',
  own: string = readText('/proc/self/cgroup'),
): CgroupHome | { readonly reason: string } {
  const places = findPlaces(root, own)
  if ('reason' in places) return places
  try {
    for (const folder of new Set(places.folders.values())) sweep(folder)
    const probe = createGroup(places, { tasks: 64 })
    for (const folder of new Set(probe.folders.values())) rmdirSync(folder)
  } catch (error) {
    return {
      reason: `Control groups cannot be made here (${messageOf(error)}): run the host as a service with Delegate=yes.`,
    }
  }
  return { version: places.version, create: (limits) => openGroup(createGroup(places, limits), places.version) }
}

interface Places {
  readonly version: 1 | 2
  /** Folder below which groups are made, by controller; one and the same in version 2. */
  readonly folders: ReadonlyMap<Controller, string>
}

function findPlaces(root: string, own: string): Places | { readonly reason: string } {
  const unified = /^0::(.*)$/m.exec(own)?.[1]
  const folder = join(root, unified ?? '')
  const offered = readText(join(folder, 'cgroup.controllers')).trim().split(' ')
  if (unified !== undefined && CONTROLLERS.every((name) => offered.includes(name))) return delegated(folder)
  const folders = new Map<Controller, string>()
  for (const name of CONTROLLERS) {
    const path = new RegExp(`^\\d+:(?:[^:]*,)?${name}(?:,[^:]*)?:(.*)$`, 'm').exec(own)?.[1]
    if (path === undefined) return { reason: 'Control groups for memory, processes and CPU are not mounted here.' }
    folders.set(name, join(root, name, path))
  }
  try {
    for (const place of folders.values()) accessSync(place, constants.W_OK)
    return { version: 1, folders }
  } catch {
    return { reason: 'Control groups are not writable for this user: run the host as a service with Delegate=yes.' }
  }
}

/** Version 2 wants processes only in leaves: the host moves into one, and makes the others beside itself. */
function delegated(folder: string): Places | { readonly reason: string } {
  const leaf = join(folder, 'nexus-host')
  try {
    mkdirSync(leaf, { recursive: true })
    writeFileSync(join(leaf, 'cgroup.procs'), String(process.pid))
    writeFileSync(join(folder, 'cgroup.subtree_control'), CONTROLLERS.map((name) => `+${name}`).join(' '))
    return { version: 2, folders: new Map(CONTROLLERS.map((name) => [name, folder])) }
  } catch (error) {
    leave(folder, leaf)
    return {
      reason: `The control group of the host cannot be divided (${messageOf(error)}): run the host as a service of its own with Delegate=yes.`,
    }
  }
}

function leave(folder: string, leaf: string): void {
  try {
    writeFileSync(join(folder, 'cgroup.procs'), String(process.pid))
    rmdirSync(leaf)
  } catch {
    // It never got in, or may not leave again: either way it is where it may run.
  }
}

/** Takes away what a host left behind that was killed. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const host = OWN_NAME.exec(name)?.[1]
    if (host === undefined || isAlive(Number(host))) continue
    try {
      rmdirSync(join(folder, name))
    } catch {
      // Somebody is still in it; the next start tries again.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

let count = 0

function createGroup({ folders, version }: Places, { memoryBytes, tasks }: CgroupLimits): Places {
  count += 1
  const name = `nexus-${process.pid}-${count}`
  const made = new Map([...folders].map(([controller, folder]) => [controller, join(folder, name)]))
  for (const folder of new Set(made.values())) mkdirSync(folder)
  const set = (controller: Controller, file: string, value: string): void =>
    writeFileSync(join(made.get(controller) ?? '', file), value)
  set('pids', 'pids.max', String(tasks))
  set('cpu', version === 2 ? 'cpu.weight' : 'cpu.shares', version === 2 ? CPU_WEIGHT_V2 : CPU_SHARES_V1)
  if (memoryBytes !== undefined) set('memory', memoryFile(version), String(memoryBytes))
  return { version, folders: made }
}

function memoryFile(version: 1 | 2): string {
  return version === 2 ? 'memory.max' : 'memory.limit_in_bytes'
}

function openGroup({ folders }: Places, version: 1 | 2): Cgroup {
  const places = [...new Set(folders.values())]
  const memory = folders.get('memory') ?? ''
  const killsFile = join(memory, version === 2 ? 'memory.events' : 'memory.oom_control')
  let limited: number | undefined
  return {
    join(pid) {
      for (const folder of places) writeFileSync(join(folder, 'cgroup.procs'), String(pid))
    },
    limitMemory(bytes) {
      if (bytes === limited) return
      limited = bytes
      try {
        writeFileSync(join(memory, memoryFile(version)), String(Math.round(bytes)))
      } catch {
        // It holds more than that already, or is gone: the host's own watch judges it.
      }
    },
    memoryKills: () => Number(/^oom_kill (\d+)$/m.exec(readText(killsFile))?.[1] ?? 0),
    async remove() {
      for (const folder of places) await removeFolder(folder)
    },
  }
}

/** The kernel needs a moment until the last of a group is gone. */
async function removeFolder(folder: string): Promise<void> {
  for (let tries = 0; tries < REMOVE_TRIES; tries += 1) {
    try {
      rmdirSync(folder)
      return
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
      await sleep(REMOVE_PAUSE_MS)
    }
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not offered here: read as empty, which finds nothing.
    return ''
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given'
}
