import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { CommandContext } from './command-context.ts'
import type { Console } from './console.ts'
import { cliError } from './errors.ts'
import { SECRET_BYTES } from './limits.ts'

/**
 * Goes on only with a yes: `--yes`, or `y` to the question; an empty line and the end of input are a no. With `--json`
 * nobody is asked, because nothing of what the question is about was shown.
 */
export async function requireYes(
  { console, output }: Pick<CommandContext, 'console' | 'output'>,
  given: boolean | undefined,
  question: string,
): Promise<void> {
  if (given === true) return
  if (output.json || console.stdin.isTTY !== true) {
    throw cliError('CLI_CONSENT', 'Expected --yes, because nobody can be asked here. Nothing was done.')
  }
  const answer = await ask(console, `${question} [y/N] `, console.stderr)
  if (!/^y(es)?$/i.test(answer.trim())) throw cliError('CLI_CONSENT', 'Expected a yes, found none. Nothing was done.')
}

/** A secret from standard input, or typed without an echo. Never from the command line: other users could read it there. */
export async function readSecret(console: Console, name: string): Promise<string> {
  const value =
    console.stdin.isTTY === true ? await askHidden(console, `Value of ${name}: `) : await readAll(console.stdin)
  if (value === '') throw cliError('CLI_USAGE', 'Expected the value of the secret on standard input, found nothing.')
  return value
}

/** A line that a person types; an empty one means `fallback`. */
export async function askLine(console: Console, question: string, fallback: string): Promise<string> {
  const answer = await ask(console, `${question}${fallback === '' ? '' : ` (${fallback})`}: `, console.stderr)
  return answer.trim() === '' ? fallback : answer.trim()
}

export async function askHidden(console: Console, question: string): Promise<string> {
  console.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = await ask(console, '', nowhere)
  console.stderr.write('\n')
  return answer
}

async function ask(console: Console, question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: console.stdin, output, terminal: console.stdin.isTTY === true })
  const closed = new AbortController()
  lines.once('close', () => closed.abort())
  try {
    return await lines.question(question, { signal: closed.signal })
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return ''
    throw error
  } finally {
    lines.close()
  }
}

async function readAll(stdin: Console['stdin']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > SECRET_BYTES)
      throw cliError('CLI_USAGE', `Expected a secret of at most ${SECRET_BYTES} bytes, found more.`)
    chunks.push(bytes)
  }
  // `echo value | nexus secret set` ends with a newline that is not part of the value.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
