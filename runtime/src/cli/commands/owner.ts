import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { openOwnerSession, openPublicSession, otpOption, registryOption } from '../publisher-session.ts'
import type { RegistryOptions } from '../registry-session.ts'

/** `nexus owner …`: which accounts act for a publisher. */
export function ownerCommand(command: Command, host: CommandHost): void {
  command.description('Accounts that act for a publisher.')
  const make = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .option(...registryOption)
      .option(...otpOption)
  make('ls <publisher>', 'Members and their roles.').action(action(host, list))
  make('add <publisher> <account>', 'Make an account a member, or change its role.')
    .option('--role <role>', 'owner, maintainer or reader', 'owner')
    .action(action(host, add))
  make('rm <publisher> <account>', 'End a membership. The last owner stays.').action(action(host, remove))
}

async function list(context: CommandContext, publisher: string, options: RegistryOptions): Promise<void> {
  await using session = await openPublicSession(context, options)
  const { items } = await session.call('members', { params: { publisher } })
  const rows = items.map(({ account, role, since }) => [account, role, since])
  context.output.answer(
    items,
    items.length === 0
      ? ['No account acts for it; the admin of the registry does.']
      : table([['Account', 'Role', 'Since'], ...rows]),
  )
}

async function add(
  context: CommandContext,
  publisher: string,
  account: string,
  options: RegistryOptions & { readonly role: string },
): Promise<void> {
  const { role } = options
  await using session = await openOwnerSession(context, options)
  await session.call('setMember', { params: { publisher, account }, body: { role } })
  context.output.answer({ publisher, account, role }, [`${account} is ${role} of ${publisher}.`])
}

async function remove(
  context: CommandContext,
  publisher: string,
  account: string,
  options: RegistryOptions,
): Promise<void> {
  await using session = await openOwnerSession(context, options)
  await session.call('removeMember', { params: { publisher, account } })
  context.output.answer({ publisher, account, removed: true }, [`${account} is no member of ${publisher} any more.`])
}
