import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'

/** `nexus import source …`: the registries that servers are imported from. */
export function sourceCommand(command: Command, host: CommandHost): void {
  command.description('Registries that servers are imported from.')
  command
    .command('list')
    .description('All of them; `own` is the one this host uses for plugins.')
    .action(action(host, list))
  command
    .command('add <name> <url>')
    .description('Add a registry that speaks the MCP Registry API, for example official https://registry.example.')
    .option('--allow-private', 'it may be inside the own network')
    .action(action(host, add))
  command.command('remove <name>').description('Remove a registry.').action(action(host, remove))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('serverSources')
  const rows = items.map(({ name, url, allowPrivate }) => [name, url, allowPrivate ? 'private' : 'public'])
  output.answer(items, table([['Name', 'Address', 'Network'], ...rows]))
}

async function add(
  { connect, output }: CommandContext,
  name: string,
  url: string,
  { allowPrivate = false }: { readonly allowPrivate?: boolean },
): Promise<void> {
  const source = await (await connect()).call('addServerSource', { body: { name, url, allowPrivate } })
  output.answer(source, [`Added ${source.name}.`])
}

async function remove({ connect, output }: CommandContext, name: string): Promise<void> {
  await (await connect()).call('removeServerSource', { params: { name } })
  output.answer({ removed: name }, [`Removed ${name}.`])
}
