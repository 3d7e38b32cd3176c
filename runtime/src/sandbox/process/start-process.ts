import { type ChildProcess, spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { Readable, Writable } from 'node:stream'
import { sandboxError } from '../errors.ts'
import { planLaunch } from './launch-plan.ts'
import { ENVIRONMENT_VALUE_CHARACTERS } from './limits.ts'
import type { ContainedProcess, ProcessExit, ProcessSpec } from './process-spec.ts'
import { resolveCommand } from './resolve-command.ts'

export type { ContainedProcess, ProcessSpec } from './process-spec.ts'

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * Starts a child process with a clean environment, a private home and its own process group, as contained as the
 * machine allows. Fails with `PROCESS_START_FAILED` when it cannot be started at all.
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
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  const exited = watchExit(child, plan.home)
  const control = child.stdio[3]
  const { stdin, stdout, stderr, pid } = child
  if (pid === undefined || stdin === null || stdout === null || stderr === null || !(control instanceof Writable)) {
    throw sandboxError('PROCESS_START_FAILED', `Expected \`${spec.command}\` to start, the system refused it.`, {
      details: { command: spec.command },
    })
  }
  // Broken pipes are part of a child's death, which `exited` reports.
  for (const stream of [stdin, stdout, stderr, control]) stream.on('error', ignoreBrokenPipe)
  if (plan.secretArguments !== undefined) control.end(plan.secretArguments.map((argument) => `${argument}\0`).join(''))
  else if (control instanceof Readable) control.resume()
  void exited.then(() => control.destroy())
  const kill = async (): Promise<void> => {
    // Once it is gone its number may belong to somebody else.
    if (child.exitCode === null && child.signalCode === null) killGroup(pid)
    await exited
  }
  return { pid, stdin, stdout, stderr, containment: plan.containment, exited, kill }
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
