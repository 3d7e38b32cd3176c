import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import type { Server } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { coverForeignDescriptors } from '../containment/foreign-descriptors.ts'
import { sandboxError } from '../errors.ts'
import type { Cgroup } from '../containment/cgroup.ts'
import type { Containment } from '../containment/containment.ts'
import { probeMachine } from '../containment/probe.ts'
import { volunteerForMemoryKill } from '../isolate/read-memory.ts'
import { receiveDoor } from './door.ts'
import { type LaunchPlan, planLaunch } from './launch-plan.ts'
import { ENVIRONMENT_VALUE_CHARACTERS, PROCESSES } from './limits.ts'
import type { ContainedProcess, ProcessExit, ProcessLimits, ProcessSpec } from './process-spec.ts'
import { treeUsage } from './process-tree.ts'
import { resolveCommand } from './resolve-command.ts'
import { memoryError, watchProcess } from './watch-process.ts'

export type { ContainedProcess, ProcessSpec } from './process-spec.ts'

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * Starts a child process with a clean environment, a private home and its own process group, as contained as the
 * machine allows. Fails with `PROCESS_START_FAILED` when it cannot be started at all, with `PROCESS_CONTAINMENT` when it
 * could only be started with less containment than demanded.
 */
export function startProcess(spec: ProcessSpec): ContainedProcess {
  checkEnvironment(spec.env)
  const executable = resolveCommand(spec.command)
  const plan = planLaunch(spec, executable)
  const child = spawn(plan.file, plan.args, {
    env: { ...plan.env },
    cwd: plan.cwd,
    // A group of its own, so that one signal reaches everything it started.
    detached: true,
    windowsHide: true,
    stdio: coverForeignDescriptors([
      'pipe',
      'pipe',
      'pipe',
      'pipe',
      plan.filter === undefined ? 'ignore' : 'pipe',
      plan.behindDoor === undefined ? 'ignore' : 'ipc',
    ]),
  })
  const exited = watchExit(child, plan.home)
  const { stdin, stdout, stderr, pid } = child
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    throw sandboxError('PROCESS_START_FAILED', `Expected \`${spec.command}\` to start, the system refused it.`, {
      details: { command: spec.command },
    })
  }
  volunteerForMemoryKill(pid)
  // Bubblewrap waits for its arguments on descriptor 3: what it will start is in the group from the beginning.
  const group = joinGroup(pid, spec.limits)
  // Broken pipes are part of a child's death, which `exited` reports.
  for (const stream of [stdin, stdout, stderr]) stream.on('error', ignoreBrokenPipe)
  feed(child, plan, exited)
  if (plan.behindDoor !== undefined) receiveDoor(child, plan.behindDoor, spec.serveDoor ?? closeDoor)
  const stop = (): void => {
    // Once it is gone its number may belong to somebody else.
    if (child.exitCode === null && child.signalCode === null) killGroup(pid)
  }
  const usage = () => (child.exitCode === null && child.signalCode === null ? treeUsage(pid) : undefined)
  const isShortOfMemory = (): boolean => (group?.memoryKills() ?? 0) > 0
  const watch = spec.limits === undefined ? undefined : watchProcess(spec.limits, usage, isShortOfMemory, stop)
  let killed: Error | undefined
  const breach = (): Error | undefined => {
    killed ??=
      watch?.breach() ??
      (isShortOfMemory() && spec.limits !== undefined ? memoryError(spec.limits.memoryMb) : undefined)
    return killed
  }
  void exited.then(() => {
    watch?.stop()
    breach()
    return group?.remove()
  })
  const kill = async (): Promise<void> => {
    stop()
    await exited
  }
  const containment = group === undefined ? plan.containment : withGroup(plan.containment)
  return { pid, stdin, stdout, stderr, containment, usage, breach, exited, kill }
}

function joinGroup(pid: number, limits: ProcessLimits | undefined): Cgroup | undefined {
  const home = probeMachine().cgroup
  if ('reason' in home) return undefined
  const memoryBytes = limits === undefined ? undefined : limits.memoryMb * 1_048_576
  try {
    const group = home.create({ tasks: PROCESSES, ...(memoryBytes !== undefined && { memoryBytes }) })
    group.join(pid)
    return group
  } catch {
    // It ended before it could be put in, or the place was taken away: the host's own watch remains.
    return undefined
  }
}

function withGroup(containment: Containment): Containment {
  return { ...containment, layers: [...containment.layers, 'cgroup'] }
}

/** Hands bubblewrap what it reads at its start, or holds the lifeline. */
function feed(child: ChildProcess, plan: LaunchPlan, exited: Promise<unknown>): void {
  const [, , , control, filter] = child.stdio
  if (filter instanceof Writable) {
    filter.on('error', ignoreBrokenPipe)
    filter.end(plan.filter)
    void exited.then(() => filter.destroy())
  }
  if (!(control instanceof Writable)) return
  control.on('error', ignoreBrokenPipe)
  if (plan.secretArguments !== undefined) control.end(plan.secretArguments.map((argument) => `${argument}\0`).join(''))
  else if (control instanceof Readable) control.resume()
  void exited.then(() => control.destroy())
}

/** Nobody serves this process: whatever it asks is refused by the system. */
function closeDoor(door: Server): void {
  door.close()
}

function checkEnvironment(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (VARIABLE_NAME.test(name) && value.length <= ENVIRONMENT_VALUE_CHARACTERS && !value.includes('\0')) continue
    throw sandboxError(
      'PROCESS_START_FAILED',
      `Expected environment variables named like \`API_URL\` with at most ${ENVIRONMENT_VALUE_CHARACTERS} characters and no NUL, found another for \`${name.slice(0, 40)}\`.`,
    )
  }
}

async function watchExit(child: ChildProcess, home: string | undefined): Promise<ProcessExit> {
  const exit = await new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: null, signal: null }))
  })
  // What the leader left behind in its group goes too.
  if (child.pid !== undefined) killGroup(child.pid)
  if (home !== undefined) await rm(home, { recursive: true, force: true, maxRetries: 3 })
  return exit
}

function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: the whole group is gone already, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function ignoreBrokenPipe(): void {
  return undefined
}
