import type { LogLineView } from '../../contract/index.ts'
import type { CommandContext } from '../command-context.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { findInstallation } from '../plugin-reference.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

interface LogsOptions {
  readonly follow?: boolean
  readonly level: string
}

/** The last lines of a plugin's log, and with `--follow` each new one until the command is stopped. */
export async function pluginLogs(context: CommandContext, plugin: string, options: LogsOptions): Promise<void> {
  const { output, console } = context
  const level = LEVELS.find((known) => known === options.level)
  if (level === undefined)
    throw cliError('CLI_USAGE', `Expected a level of ${LEVELS.join(', ')}, found ${JSON.stringify(options.level)}.`)
  const client = await context.connect()
  const { id } = await findInstallation(client, plugin)
  if (options.follow !== true) {
    const { log } = await client.call('installation', { params: { id } })
    const wanted = log.filter((line) => LEVELS.indexOf(line.level) >= LEVELS.indexOf(level))
    output.answer(wanted, wanted.length === 0 ? ['Nothing is logged.'] : wanted.map(textOf))
    return
  }
  const print = (line: LogLineView): void => {
    console.stdout.write(`${output.json ? JSON.stringify(line) : textOf(line)}\n`)
  }
  let after: number | undefined
  // The host ends a stream now and then; going on behind the last line loses none.
  for (;;) {
    await client.follow(
      'followLog',
      { params: { id }, query: { level, after: after === undefined ? undefined : String(after) } },
      (line) => {
        after = line.sequence
        print(line)
      },
    )
  }
}

function textOf({ at, level, message }: LogLineView): string {
  // A plugin's text may hold control characters; a stack keeps its lines, indented under their own.
  const [first = '', ...rest] = message.split('\n')
  return [visible(`${at} ${level.padEnd(5)} ${first}`), ...rest.map((line) => visible(`    ${line.trim()}`))].join('\n')
}
