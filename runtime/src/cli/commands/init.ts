import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { ProjectAnswers } from '../../developer/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { cliError } from '../errors.ts'
import { collect } from '../options.ts'
import { askLine } from '../prompt.ts'

interface InitOptions {
  readonly kind?: string
  readonly id?: string
  readonly name?: string
  readonly description?: string
  readonly license?: string
  readonly network: readonly string[]
  readonly apiKey?: boolean
}

/** `nexus init`: the folder of a new plugin. */
export function initCommand(command: Command, host: CommandHost): void {
  command
    .argument('[dir]', 'folder to write into; made when it is not there', '.')
    .description('Write a new plugin in TypeScript, with a test. Asks for what is not given; never overwrites a file.')
    .option('--kind <kind>', 'connector, mcp-adapter or policy-pack')
    .option('--id <publisher/name>', 'what it is called')
    .option('--name <text>', 'what people see; made from the name by default')
    .option('--description <text>', 'one sentence')
    .option('--license <spdx>', 'licence; MIT by default')
    .option('--network <host>', 'a host that it may ask; may be given several times', collect, [])
    .option('--api-key', 'it signs in at that host with a key that it never sees')
    .action(action(host, init))
}

async function init(context: CommandContext, dir: string, options: InitOptions): Promise<void> {
  const { output } = context
  const { readKind, writeProject } = await import('../../developer/index.ts')
  const folder = resolve(dir)
  const answers = await complete(context, folder, options, readKind)
  const files = await writeProject(folder, answers)
  const there = dir === '.' ? [] : [`  cd ${dir}`]
  output.answer({ folder, id: answers.id, kind: answers.kind, files }, [
    `Wrote ${answers.id} into ${folder}: ${files.join(', ')}.`,
    'Go on with:',
    ...there,
    '  nexus dev       runs it in its sandbox, again with every save',
    '  nexus test      types and tests',
  ])
}

/** What was given, and what a person at a terminal says to the rest. */
async function complete(
  { console, output }: CommandContext,
  folder: string,
  options: InitOptions,
  readKind: (text: string) => ProjectAnswers['kind'],
): Promise<ProjectAnswers> {
  const { displayNameOf, isProjectKind, kindWords, kinds, readId } = await import('../../developer/index.ts')
  const isAsked = console.stdin.isTTY === true && !output.json
  const ask = async (question: string, fallback: string): Promise<string> =>
    isAsked ? await askLine(console, question, fallback) : fallback
  if (isAsked && options.kind === undefined)
    for (const kind of kinds())
      output.note(`  ${kind.padEnd(14)} ${kindWords[kind]}${isProjectKind(kind) ? '' : ' — no host runs these yet'}`)
  const kind = readKind(options.kind ?? (await ask('Kind', 'connector')))
  const given = options.id ?? (await ask('Publisher and name', isAsked ? `acme/${nameOf(folder)}` : ''))
  if (given === '')
    throw cliError('CLI_USAGE', 'Expected --id publisher/name, because nobody can be asked here. Nothing was written.')
  const id = readId(given)
  const displayName = options.name ?? (await ask('Name that people see', displayNameOf(id)))
  const description = options.description ?? (await ask('What it does, in one sentence', `${displayName} for Nexus.`))
  const hosts = kind === 'connector' ? await hostsOf(options.network, isAsked, ask) : []
  const license = options.license ?? 'MIT'
  return { kind, id, displayName, description, license, hosts, apiKey: options.apiKey === true }
}

async function hostsOf(
  given: readonly string[],
  isAsked: boolean,
  ask: (question: string, fallback: string) => Promise<string>,
): Promise<readonly string[]> {
  if (given.length > 0 || !isAsked) return given
  const answer = await ask('Hosts it may reach, by commas; none is best', '')
  return answer.split(/[\s,]+/).filter((host) => host !== '')
}

function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return name === '' ? 'plugin' : name
}
