import type { Command } from 'commander'
import { type Config, readConfig } from '../../config.ts'
import type { Diagnosis } from '../../contract/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { readLocalCredentials } from '../credentials.ts'
import { askHealth } from '../doctor/ask-health.ts'
import { EXIT } from '../exit-code.ts'

const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const

/** `nexus doctor`: what is wrong with this installation and how to mend it, whether or not the host runs. */
export function doctorCommand(command: Command, host: CommandHost): void {
  command.description(
    'Say what is wrong with the installation on this machine and how to mend it; works without a running host. Ends with 1 when something failed.',
  )
  command.action(action(host, doctor))
}

async function doctor(context: CommandContext): Promise<void> {
  const { output, environment, finishWith } = context
  const config = tryReadConfig(environment)
  const found = 'problem' in config ? [config.problem] : await examine(context, config)
  output.answer(
    found,
    found.flatMap(({ name, state, found: what, mend }) => [
      visible(`${MARKS[state]} ${name.padEnd(12)} ${what}`),
      ...(mend === '' ? [] : [visible(`  ${''.padEnd(12)} → ${mend}`)]),
    ]),
  )
  if (found.some(({ state }) => state === 'failed')) finishWith(EXIT.failed)
}

/** A running host is asked too: it knows what only shows from inside. What both looked at, the host says better. */
async function examine({ connect }: CommandContext, config: Config): Promise<readonly Diagnosis[]> {
  const local = await readLocalCredentials(config.dataDir)
  const health = local === undefined ? 'not running' : await askHealth(local.url)
  const running = local !== undefined && health === 200
  // Loaded only here: it knows the schema, and with it the whole database library, which no other command needs.
  const { diagnose } = await import('../doctor/index.ts')
  const outside = await diagnose(config, running ? local.url : undefined)
  if (!running)
    return [...outside, { name: 'Host', state: 'ok', found: 'not running', mend: 'Start it with `nexus start`.' }]
  const { items: inside } = await (await connect()).call('doctor')
  return [
    ...outside.filter(({ name }) => !inside.some((one) => one.name === name)),
    ...inside,
    { name: 'Host', state: 'ok', found: `running at ${local.url}`, mend: '' },
  ]
}

function tryReadConfig(environment: NodeJS.ProcessEnv): Config | { readonly problem: Diagnosis } {
  try {
    return readConfig(environment)
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return {
      problem: { name: 'Configuration', state: 'failed', found, mend: 'Mend the setting that the message names.' },
    }
  }
}
