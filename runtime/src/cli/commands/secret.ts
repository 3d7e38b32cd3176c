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
    .option(...mine)
    .action(action(host, set))
  command
    .command('list')
    .description('Names of the secrets and who uses them.')
    .option(...mine)
    .action(action(host, list))
  command
    .command('remove <name>')
    .description('Remove a secret.')
    .option(...mine)
    .action(action(host, remove))
}

/** What you keep for yourself: servers whose `credentials` are `perUser` take it for your calls, and nobody else's. */
const mine = ['--mine', 'a secret of your own, used for your calls only'] as const

interface SecretOptions {
  readonly mine?: boolean
}

async function set({ connect, console, output }: CommandContext, name: string, options: SecretOptions): Promise<void> {
  const client = await connect()
  const value = await readSecret(console, name)
  const saved = await client.call(options.mine === true ? 'putOwnSecret' : 'putSecret', {
    params: { name },
    body: { value },
  })
  output.answer(saved, [`Saved ${saved.name}, version ${saved.version}.`])
}

async function list({ connect, output }: CommandContext, options: SecretOptions): Promise<void> {
  const client = await connect()
  if (options.mine === true) {
    const { items } = await client.call('ownSecrets')
    const rows = items.map(({ name, version, updatedAt }) => [name, String(version), updatedAt])
    output.answer(
      items,
      items.length === 0 ? ['You keep no secrets here.'] : table([['Name', 'Version', 'Changed'], ...rows]),
    )
    return
  }
  const { items } = await client.call('secrets')
  const rows = items.map(({ name, version, updatedAt, usedBy }) => [name, String(version), updatedAt, usedBy.join(' ')])
  output.answer(
    items,
    items.length === 0 ? ['There are no secrets.'] : table([['Name', 'Version', 'Changed', 'Used by'], ...rows]),
  )
}

async function remove({ connect, output }: CommandContext, name: string, options: SecretOptions): Promise<void> {
  const route = options.mine === true ? 'removeOwnSecret' : 'removeSecret'
  await (await connect()).call(route, { params: { name } })
  output.answer({ removed: name }, [`Removed ${name}.`])
}
