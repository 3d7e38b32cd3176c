import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { workspaceRootCommand } from './workspace-root.ts'

/** `nexus workspace …`: tenants, each with its own installations, secrets and servers. */
export function workspaceCommand(command: Command, host: CommandHost): void {
  command.description('Workspaces: each has its own installations, secrets, servers and records.')
  command
    .command('create <name>')
    .description('Create a workspace; name it with --workspace in other commands.')
    .option('--title <title>', 'how people read it; default the name')
    .action(action(host, create))
  workspaceRootCommand(command.command('root'), host)
  command.command('list').description('Workspaces you may act in.').action(action(host, list))
}

async function create(
  { connect, output }: CommandContext,
  name: string,
  { title }: { readonly title?: string },
): Promise<void> {
  const made = await (await connect()).call('createWorkspace', { body: { name, title: title ?? name } })
  output.answer(made, [`Created the workspace ${made.name}.`])
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('workspaces')
  output.answer(
    items,
    table([['Name', 'Title', 'Created'], ...items.map((item) => [item.name, item.title, item.createdAt])]),
  )
}
