import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { readSecret } from '../prompt.ts'

/** `nexus secret …`: named secrets of the workspace. Values go in and never come out. */
export function secretCommand(command: Command, host: CommandHost): void {
  command.description('Named secrets of the workspace; their values never come out again.')
  command
    .command('set <name>')
    .description('Create or replace a secret; the value comes from standard input or a prompt.')
    .action(action(host, set))
  command.command('list').description('Names of the secrets and who uses them.').action(action(host, list))
  command.command('remove <name>').description('Remove a secret.').action(action(host, remove))
}

async function set({ connect, console, output }: CommandContext, name: string): Promise<void> {
  const client = await connect()
  const value = await readSecret(console, name)
  const saved = await client.call('putSecret', { params: { name }, body: { value } })
  output.answer(saved, [`Saved ${saved.name}, version ${saved.version}.`])
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('secrets')
  const rows = items.map(({ name, version, updatedAt, usedBy }) => [name, String(version), updatedAt, usedBy.join(' ')])
  output.answer(
    items,
    items.length === 0 ? ['There are no secrets.'] : table([['Name', 'Version', 'Changed', 'Used by'], ...rows]),
  )
}

async function remove({ connect, output }: CommandContext, name: string): Promise<void> {
  await (await connect()).call('removeSecret', { params: { name } })
  output.answer({ removed: name }, [`Removed ${name}.`])
}
