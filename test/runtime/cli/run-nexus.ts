import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** What `bin/nexus.mjs` runs on the pinned Node; the tests run on that one already. */
const main = resolve(import.meta.dirname, '../../../runtime/src/cli/main.ts')

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Record<string, string>
  /** Written to standard input, which then ends. */
  readonly input?: string
  /** The Node that starts the command; the one of the test by default. */
  readonly node?: string
  readonly cwd?: string
  readonly bin?: string
}

/** Runs `nexus …` the way a person does: as a process of its own. */
export async function runNexus(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(options.node ?? process.execPath, [options.bin ?? main, ...args], {
    env: { PATH: process.env['PATH'], ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    stdio: 'pipe',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  child.stdin.end(options.input ?? '')
  const [code] = await once(child, 'close')
  return { code: typeof code === 'number' ? code : null, stdout, stderr }
}
