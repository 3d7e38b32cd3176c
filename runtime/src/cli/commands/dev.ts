import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type JsonObject, type PluginManifest, isJsonObject, parseJson } from '@nexus/plugin-api'
import type { Command } from 'commander'
import type { DevEvent, DevSession } from '../../developer/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { parseDevConfig, secretsOf } from '../dev-config.ts'
import { devLines, usageLines } from '../dev-text.ts'
import { cliError } from '../errors.ts'
import { errorLines } from '../error-text.ts'
import { EXIT } from '../exit-code.ts'
import { collect } from '../options.ts'
import { requireYes } from '../prompt.ts'
import { visible } from '../console.ts'

interface DevOptions {
  readonly port: string
  readonly config: readonly string[]
  readonly allowPrivate: readonly string[]
  readonly call: readonly string[] | undefined
  readonly yes?: boolean
}

/** `nexus dev`: a plugin in its real sandbox while its author works on it. */
export function devCommand(command: Command, host: CommandHost): void {
  command
    .argument('[dir]', 'folder of the plugin', '.')
    .description(
      'Run a plugin in its real sandbox, again with every save, and show calls, capabilities, limits and log.',
    )
    .option('--port <port>', 'port of the MCP endpoint on this machine', '0')
    .option('--config <name=value>', 'a setting; may be given several times', collect, [])
    .option('--allow-private <host:port>', 'a granted host whose address is private', collect, [])
    .option('--call <tool-and-json...>', 'call one tool, print the answer, and end')
    .option('--yes', 'grant what the manifest asks for, now and after each save')
    .action(action(host, dev))
}

async function dev(context: CommandContext, dir: string, options: DevOptions): Promise<void> {
  const { console, environment, output } = context
  const { openDev, readProject } = await import('../../developer/index.ts')
  const { folder, manifest } = await readProject(resolve(dir))
  await showConsent(context, manifest, options)
  const tell = (event: DevEvent): void => {
    // With `--call` the answer alone is on standard output.
    const place = options.call === undefined ? console.stdout : console.stderr
    if (output.json) place.write(`${JSON.stringify(event)}\n`)
    else for (const line of devLines(event)) console.stderr.write(`${line}\n`)
  }
  await using session = await openDev({
    folder,
    port: Number(options.port),
    environment,
    config: parseDevConfig(manifest, options.config),
    secrets: secretsOf(manifest, environment),
    allowPrivateAddresses: options.allowPrivate,
    grantAll: options.yes === true,
    tell,
  })
  if (options.call !== undefined) await callOnce(context, session, options.call)
  else await stay(context, session)
}

/** Shows what will be granted, and goes on only with a yes. */
async function showConsent(context: CommandContext, manifest: PluginManifest, { yes }: DevOptions): Promise<void> {
  const { describePlugin } = await import('../../developer/index.ts')
  const { permissions } = describePlugin(manifest)
  if (permissions.length === 0) return
  context.output.note(`${manifest.id} asks for:`)
  for (const { family, what, reason } of permissions)
    context.output.note(visible(`  ${family.padEnd(9)} ${what}: ${reason}`))
  await requireYes(context, yes, 'Grant that while you work on it?')
}

async function callOnce(
  { output, finishWith }: CommandContext,
  session: DevSession,
  [tool = '', json = '{}']: readonly string[],
): Promise<void> {
  const answer = await session.call(tool, readArguments(json))
  output.answer(answer, textOf(answer))
  if (answer['isError'] === true) finishWith(EXIT.failed)
}

/** Serves clients and whoever types, until told to stop. */
async function stay(context: CommandContext, session: DevSession): Promise<void> {
  const { console, output } = context
  const { endpoint } = session
  if (output.json) console.stdout.write(`${JSON.stringify({ event: 'listening', ...endpoint })}\n`)
  output.note(`MCP       ${endpoint.url}`)
  output.note(`          Authorization: Bearer ${endpoint.token}`)
  output.note('Type `help` for what can be asked here; Ctrl-C ends it.')
  const stop = new AbortController()
  const end = (): void => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  const lines = createInterface({ input: console.stdin, terminal: false })
  lines.on('line', (line) => void obey(context, session, line.trim(), end))
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
  lines.close()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end)
}

const HELP = [
  '  call <tool> [json]   call a tool',
  '  run <schedule>       run a schedule now',
  '  tools                tools and schedules of the plugin',
  '  usage                limits, and what was used of them',
  '  grant                agree to what the last save asks for',
  '  reload               build and run again',
  '  quit                 end',
]

/** Does what a line asks for. An error is told and changes nothing. */
async function obey(
  { console, output }: CommandContext,
  session: DevSession,
  line: string,
  end: () => void,
): Promise<void> {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? []
  const say = (lines: readonly string[]): void => {
    if (!output.json) for (const one of lines) console.stderr.write(`${one}\n`)
  }
  try {
    if (word === 'call') {
      const [, tool = '', json = ''] = /^(\S+)\s*(.*)$/s.exec(rest) ?? []
      const answer = await session.call(tool, readArguments(json === '' ? '{}' : json))
      if (output.json) console.stdout.write(`${JSON.stringify({ event: 'answer', tool, answer })}\n`)
      say(textOf(answer))
    } else if (word === 'run') await session.run(rest)
    else if (word === 'tools') say(offers(session))
    else if (word === 'usage') say(usageLines(session))
    else if (word === 'grant') await session.grant()
    else if (word === 'reload') await session.reload()
    else if (word === 'quit') end()
    else if (word !== '') say(HELP)
  } catch (error) {
    say(errorLines(error).map(visible))
    if (output.json)
      console.stdout.write(`${JSON.stringify({ event: 'failed', line, message: errorLines(error)[0] })}\n`)
  }
}

function offers(session: DevSession): readonly string[] {
  const registrations = session.installed()?.site.sandbox?.registrations
  if (registrations === undefined) return ['It does not run.']
  const { tools, schedules } = registrations
  return [`  tools: ${tools.join(', ') || 'none'}`, `  schedules: ${schedules.join(', ') || 'none'}`].map(visible)
}

function readArguments(json: string): JsonObject {
  try {
    const value = parseJson(json)
    if (isJsonObject(value)) return value
  } catch {
    // Told in the same words as any other text that is no object.
  }
  throw cliError('CLI_USAGE', `Expected the arguments as a JSON object, found ${JSON.stringify(json)}.`)
}

function textOf(answer: JsonObject): readonly string[] {
  const { content } = answer
  const texts = Array.isArray(content)
    ? content.flatMap((block) => (isJsonObject(block) && typeof block['text'] === 'string' ? [block['text']] : []))
    : []
  return texts.length > 0 ? texts : [JSON.stringify(answer, undefined, 2)]
}
