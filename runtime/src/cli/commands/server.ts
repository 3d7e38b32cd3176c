import { type Command, Option } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { exportServer, importServer } from './server-file.ts'
import { previewServer } from './server-preview.ts'

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** `nexus server …`: virtual servers, each a selection of tools, prompts and resources under its own URL. */
export function serverCommand(command: Command, host: CommandHost): void {
  command.description('Virtual servers: selections of tools, prompts and resources, each with its own MCP endpoint.')
  command.command('list').description('Virtual servers of the workspace.').action(action(host, list))
  createCommand(command.command('create <name>'), host)
  command
    .command('clone <name> <new-name>')
    .description('Make another virtual server like it.')
    .option('--title <title>', 'what people see; the title of the first by default')
    .action(action(host, clone))
  command
    .command('preview <name>')
    .description('What a client of a virtual server sees.')
    .option('--role <role>', 'through the eyes of somebody with this role only')
    .option('--user <id>', 'through the eyes of this person')
    .action(action(host, previewServer))
  command
    .command('export <name>')
    .description('Write a virtual server as YAML.')
    .option('--output <file>', 'where to; standard output by default')
    .action(action(host, exportServer))
  command
    .command('import <file>')
    .description('Create a virtual server from YAML; `-` reads standard input.')
    .option('--name <name>', 'another name than the file says')
    .option('--replace', 'change the virtual server of that name when there is one')
    .action(action(host, importServer))
  command.command('remove <name>').description('Remove a virtual server.').action(action(host, remove))
}

function createCommand(command: Command, host: CommandHost): void {
  const several = (flags: string, text: string) =>
    command.option(flags, `${text}; may be given several times`, collect, [])
  command.description('Create a virtual server. What has no option here is written as YAML: see export and import.')
  several('--tool <label:tool[=name]>', 'a tool to offer, `label:*` for all of an upstream')
  several('--prompt <label:prompt[=name]>', 'a prompt to offer')
  several('--resource <label:uri>', 'a resource to offer')
  several('--include <label:pattern>', 'whatever fits, also later; `*` stands for any run of characters')
  several('--exclude <label:pattern>', 'what to leave out, however it was chosen')
  several('--tag <tag>', 'whatever has the tag')
  several('--role <role>', 'who may use the server; everybody by default')
  command
    .option('--read-only', 'all tools that say that they only read')
    .option('--calls-per-caller <number>', 'calls a minute of one caller')
    .option('--calls-in-total <number>', 'calls a minute of all callers together')
    .option('--title <title>', 'what people see; the name by default')
    .option('--description <text>', 'what it is for', '')
    .addOption(
      new Option('--prefix <mode>', 'when tool names start with the label')
        .choices(['always', 'conditional', 'never'])
        .default('conditional'),
    )
    .action(action(host, create))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('virtualServers')
  const rows = items.map(({ name, title, effective, url, problems }) => [
    name,
    title,
    String(effective.length),
    url,
    problems.map(({ code }) => code).join(' '),
  ])
  output.answer(
    items,
    items.length === 0
      ? ['There are no virtual servers.']
      : table([['Name', 'Title', 'Tools', 'URL', 'Problems'], ...rows]),
  )
}

interface CreateOptions {
  readonly tool: readonly string[]
  readonly prompt: readonly string[]
  readonly resource: readonly string[]
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly tag: readonly string[]
  readonly role: readonly string[]
  readonly readOnly?: boolean
  readonly callsPerCaller?: string
  readonly callsInTotal?: string
  readonly title?: string
  readonly description: string
  readonly prefix: string
}

async function create({ connect, output }: CommandContext, name: string, options: CreateOptions): Promise<void> {
  const { callsPerCaller, callsInTotal, tag, role } = options
  const body = {
    name,
    title: options.title ?? name,
    description: options.description,
    prefixMode: options.prefix,
    tools: options.tool.map((text) => readNamed('--tool', 'tool', text)),
    prompts: options.prompt.map((text) => readNamed('--prompt', 'prompt', text)),
    resources: options.resource.map((text) => readPair('--resource', 'uri', text)),
    include: [
      ...options.include.map((text) => readPair('--include', 'name', text)),
      ...(tag.length === 0 ? [] : [{ tags: tag }]),
      ...(options.readOnly === true ? [{ kinds: ['tool'], annotations: { readOnlyHint: true } }] : []),
    ],
    exclude: options.exclude.map((text) => readPair('--exclude', 'name', text)),
    access: role.length === 0 ? {} : { roles: role },
    rate: {
      ...(callsPerCaller === undefined ? {} : { perPrincipal: Number(callsPerCaller) }),
      ...(callsInTotal === undefined ? {} : { total: Number(callsInTotal) }),
    },
  }
  if ([body.tools, body.prompts, body.resources, body.include].every((picks) => picks.length === 0)) {
    throw cliError(
      'CLI_USAGE',
      'Expected at least one of --tool, --prompt, --resource, --include, --tag and --read-only.',
    )
  }
  const made = await (await connect()).call('createVirtualServer', { body })
  const tools = made.effective.map(({ exposed }) => visible(`  ${exposed}`))
  const problems = made.problems.map(({ code, message }) => visible(`  ! ${message} (${code})`))
  output.answer(made, [`Created ${made.name}: ${made.url}`, ...tools, ...problems])
}

async function clone(
  { connect, output }: CommandContext,
  name: string,
  newName: string,
  options: { readonly title?: string },
): Promise<void> {
  const body = { name: newName, ...(options.title === undefined ? {} : { title: options.title }) }
  const made = await (await connect()).call('cloneVirtualServer', { params: { name }, body })
  output.answer(made, [`Created ${made.name}: ${made.url}`])
}

async function remove({ connect, output }: CommandContext, name: string): Promise<void> {
  await (await connect()).call('removeVirtualServer', { params: { name } })
  output.answer({ removed: name }, [`Removed ${name}.`])
}

/** `label:name` or `label:name=as`. */
function readNamed(option: string, member: string, text: string): Readonly<Record<string, string>> {
  const [, upstream, name, as] = /^([^:=]+):([^=]+)(?:=(.+))?$/.exec(text) ?? []
  if (upstream === undefined || name === undefined) {
    const forms = member === 'tool' ? 'label:tool, label:* or label:tool=name' : 'label:prompt or label:prompt=name'
    throw cliError('CLI_USAGE', `Expected ${option} ${forms}, found ${JSON.stringify(text)}.`)
  }
  return { upstream, [member]: name, ...(as !== undefined && { as }) }
}

/** `label:text`; the text may hold colons. */
function readPair(option: string, member: string, text: string): Readonly<Record<string, string>> {
  const [, upstream, rest] = /^([^:]+):(.+)$/.exec(text) ?? []
  if (upstream !== undefined && rest !== undefined) return { upstream, [member]: rest }
  throw cliError('CLI_USAGE', `Expected ${option} label:${member}, found ${JSON.stringify(text)}.`)
}
