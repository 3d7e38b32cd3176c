import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'

/** `nexus workspace root …`: folders of the host that plugins see as `$workspace/<name>`. */
export function workspaceRootCommand(command: Command, host: CommandHost): void {
  command.description('Folders of the host that plugins with a grant for files see as $workspace/<name>.')
  command
    .command('add <name> <folder>')
    .description('Give a folder to the workspace, for reading; or change one that was given.')
    .option('--write', 'let plugins change files in it')
    .action(action(host, add))
  command.command('list').description('The folders that were given.').action(action(host, list))
  command
    .command('remove <name>')
    .description('Take a folder back; nothing in it changes.')
    .action(action(host, remove))
}

async function add(
  { connect, output }: CommandContext,
  name: string,
  folder: string,
  { write }: { readonly write?: boolean },
): Promise<void> {
  const access = write === true ? ('read-write' as const) : ('read' as const)
  const body = { path: resolve(folder), access }
  const given = await (await connect()).call('putWorkspaceRoot', { params: { name }, body })
  output.answer(given, [`Plugins see ${given.path} as $workspace/${given.name} (${given.access}).`])
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('workspaceRoots')
  const rows = items.map(({ name, path, access, createdAt }) => [name, path, access, createdAt])
  output.answer(
    items,
    items.length === 0 ? ['No folder was given.'] : table([['Name', 'Folder', 'Access', 'Since'], ...rows]),
  )
}

async function remove({ connect, output }: CommandContext, name: string): Promise<void> {
  await (await connect()).call('removeWorkspaceRoot', { params: { name } })
  output.answer({ removed: name }, [`Took ${name} back.`])
}
