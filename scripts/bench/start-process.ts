import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { onServerCore } from './cores.ts'

/** A process of the benchmark that said it is ready. */
export interface StartedProcess<Ready> extends AsyncDisposable {
  readonly pid: number
  readonly ready: Ready
}

/** Starts a script on this Node and waits for the first line of its output that `schema` accepts. */
export async function startProcess<Schema extends z.ZodType>(
  script: string,
  schema: Schema,
  environment: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<StartedProcess<z.output<Schema>>> {
  const [command = process.execPath, ...rest] = onServerCore([process.execPath, script, ...args])
  const child: ChildProcess = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  const errors: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk))
  const { promise, resolve, reject } = Promise.withResolvers<z.output<Schema>>()
  child.once('error', reject)
  child.once('exit', (code) =>
    reject(
      new Error(`Expected ${script} to start, found that it ended with ${code}: ${errors.join('').slice(0, 2000)}`),
    ),
  )
  if (child.stdout !== null) {
    createInterface(child.stdout).on('line', (line) => {
      const parsed = line.startsWith('{') ? schema.safeParse(JSON.parse(line)) : undefined
      if (parsed?.success === true) resolve(parsed.data)
    })
  }
  const ready = await promise
  return {
    pid: child.pid ?? 0,
    ready,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}
