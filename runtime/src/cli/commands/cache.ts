import { type Command, Option } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { cliError } from '../errors.ts'
import { findInstallation } from '../plugin-reference.ts'

/** `nexus cache …`: results that are given again without asking the server. */
export function cacheCommand(command: Command, host: CommandHost): void {
  command.description('Results that are given again: which tools, for how long, how often.')
  command.command('list').description('Tools whose results are given again.').action(action(host, list))
  command
    .command('set <plugin> <tool>')
    .description('Give results of a tool again. Only for tools that say they only read.')
    .requiredOption('--ttl <seconds>', 'for how long, 1 to 86400')
    .addOption(
      new Option('--scope <scope>', 'to whom: only the caller it was made for, or all who may call the tool')
        .choices(['private', 'public'])
        .default('private'),
    )
    .option('--force', 'although the tool does not say that it only reads')
    .action(action(host, set))
  command
    .command('unset <plugin> <tool>')
    .description('Ask the server at every call again.')
    .action(action(host, unset))
  command
    .command('clear [plugin]')
    .description('Forget what was kept: of one plugin, or of the workspace.')
    .action(action(host, clear))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const client = await connect()
  const view = await client.call('cache')
  const { items: installations } = await client.call('installations')
  const label = (id: string) => installations.find((one) => one.id === id)?.label ?? id
  const rows = view.items.map(({ installationId, tool, ttlSeconds, scope, forced }) => [
    label(installationId),
    tool,
    `${ttlSeconds} s`,
    scope,
    forced ? 'forced' : '',
  ])
  const { memory, store, shared, miss } = view.tools
  output.answer(view, [
    ...(rows.length === 0
      ? ['No results of tools are given again.']
      : table([['Plugin', 'Tool', 'Time', 'Scope', ''], ...rows])),
    `Tools: ${memory + store + shared} answered without asking, ${miss} asked. ` +
      `Resources: ${view.resources.memory + view.resources.store + view.resources.shared} and ${view.resources.miss}.`,
    `In memory: ${view.memory.entries} results, ${Math.ceil(view.memory.bytes / 1024)} KiB.`,
  ])
}

interface SetOptions {
  readonly ttl: string
  readonly scope: 'public' | 'private'
  readonly force?: boolean
}

async function set({ connect, output }: CommandContext, plugin: string, tool: string, options: SetOptions) {
  const ttlSeconds = Number(options.ttl)
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > 86_400) {
    throw cliError('CLI_USAGE', `Expected --ttl of 1 to 86400 seconds, found ${JSON.stringify(options.ttl)}.`)
  }
  const client = await connect()
  const { id, label } = await findInstallation(client, plugin)
  const body = { ttlSeconds, scope: options.scope, forced: options.force ?? false }
  const made = await client.call('putCachedTool', { params: { id, tool }, body })
  const whom = made.scope === 'private' ? 'to the same caller' : 'to everybody who may call it'
  output.answer(made, [`Results of ${label}:${tool} are given again for ${made.ttlSeconds} s, ${whom}.`])
}

async function unset({ connect, output }: CommandContext, plugin: string, tool: string): Promise<void> {
  const client = await connect()
  const { id, label } = await findInstallation(client, plugin)
  await client.call('removeCachedTool', { params: { id, tool } })
  output.answer({ removed: tool }, [`${label}:${tool} is asked at every call.`])
}

async function clear({ connect, output }: CommandContext, plugin: string | undefined): Promise<void> {
  const client = await connect()
  const body = plugin === undefined ? {} : { installationId: (await findInstallation(client, plugin)).id }
  const answer = await client.call('clearCache', { body })
  output.answer(answer, [`Forgot ${answer.forgotten} results in memory, and what was stored.`])
}
