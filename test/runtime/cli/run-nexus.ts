import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { runCommandLine } from '../../../runtime/src/cli/program.ts'

/** The `nexus` command as npm installs it. */
export const bin = resolve(import.meta.dirname, '../../../runtime/bin/nexus.mjs')

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Record<string, string>
  /** What is on standard input, which then ends. */
  readonly input?: string
  /** A person at a terminal instead of a pipe. */
  readonly terminal?: boolean
}

/** Runs a command line within this process: the whole command, its streams played. */
export async function runNexus(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const stdin = Object.assign(new PassThrough(), { isTTY: options.terminal === true })
  stdin.end(options.input ?? '')
  const stdout = collector(options)
  const stderr = collector(options)
  const code = await runCommandLine(args, { stdin, stdout, stderr }, { ...options.env })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

/** Runs `nexus …` the way a person does: as a process of its own. */
export async function spawnNexus(
  args: readonly string[],
  options: RunOptions & { readonly node?: string; readonly bin?: string } = {},
): Promise<Run> {
  const child = spawn(options.node ?? process.execPath, [options.bin ?? bin, ...args], {
    env: { PATH: process.env['PATH'], ...options.env },
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

function collector({ terminal }: RunOptions) {
  const chunks: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return Object.assign(stream, { isTTY: terminal === true, text: () => chunks.join('') })
}
