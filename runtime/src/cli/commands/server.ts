import { type Command, Option } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** `nexus server …`: virtual servers, each a selection of tools under its own URL. */
export function serverCommand(command: Command, host: CommandHost): void {
  command.description('Virtual servers: selections of tools, each with its own MCP endpoint.')
  command.command('list').description('Virtual servers of the workspace.').action(action(host, list))
  command
    .command('create <name>')
    .description('Create a virtual server.')
    .requiredOption(
      '--tool <label:tool[=name]>',
      'a tool to offer, `label:*` for all of an upstream; may be given several times',
      collect,
      [],
    )
    .option('--title <title>', 'what people see; the name by default')
    .option('--description <text>', 'what it is for', '')
    .addOption(
      new Option('--prefix <mode>', 'when tool names start with the label')
        .choices(['always', 'conditional', 'never'])
        .default('conditional'),
    )
    .action(action(host, create))
  command.command('remove <name>').description('Remove a virtual server.').action(action(host, remove))
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
  readonly title?: string
  readonly description: string
  readonly prefix: string
}

async function create({ connect, output }: CommandContext, name: string, options: CreateOptions): Promise<void> {
  const body = {
    name,
    title: options.title ?? name,
    description: options.description,
    prefixMode: options.prefix,
    tools: options.tool.map(parseTool),
  }
  const made = await (await connect()).call('createVirtualServer', { body })
  const tools = made.effective.map(({ exposed }) => visible(`  ${exposed}`))
  const problems = made.problems.map(({ code, message }) => visible(`  ! ${message} (${code})`))
  output.answer(made, [`Created ${made.name}: ${made.url}`, ...tools, ...problems])
}

async function remove({ connect, output }: CommandContext, name: string): Promise<void> {
  await (await connect()).call('removeVirtualServer', { params: { name } })
  output.answer({ removed: name }, [`Removed ${name}.`])
}

function parseTool(text: string): { readonly upstream: string; readonly tool: string; readonly as?: string } {
  const [, upstream, tool, as] = /^([^:=]+):([^=]+)(?:=(.+))?$/.exec(text) ?? []
  if (upstream === undefined || tool === undefined) {
    throw cliError(
      'CLI_USAGE',
      `Expected --tool label:tool, label:* or label:tool=name, found ${JSON.stringify(text)}.`,
    )
  }
  return { upstream, tool, ...(as !== undefined && { as }) }
}
