import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { type RegistryOptions, openAdminSession } from '../registry-session.ts'

/** `nexus registry invite …`, `account …` and `reserve …`: what a registry's admin does about people and names. */
export function registryPeopleCommands(
  { invite, account, reserve }: { readonly invite: Command; readonly account: Command; readonly reserve: Command },
  host: CommandHost,
): void {
  const make = (parent: Command, words: string, description: string) =>
    parent
      .command(words)
      .description(description)
      .option('--registry <url>', 'registry, with NEXUS_REGISTRY_ADMIN_TOKEN')
  invite.description('Invites to make an account, for the registry’s admin.')
  make(invite, 'create [note]', 'Make an invite, shown this once.').action(action(host, createInvite))
  make(invite, 'list', 'Invites that were made.').action(action(host, listInvites))
  make(invite, 'revoke <id>', 'Take an unused invite back.').action(action(host, revokeInvite))
  account.description('Accounts of a registry, for its admin.')
  make(account, 'list', 'Every account.').action(action(host, listAccounts))
  make(account, 'disable <name>', 'Nobody signs in to it; its tokens stop.').action(
    action(host, setDisabled('disableAccount')),
  )
  make(account, 'enable <name>', 'Let it sign in again.').action(action(host, setDisabled('enableAccount')))
  make(account, 'reset <name>', 'A new password, no second factor, no tokens.').action(action(host, reset))
  reserve.description('Names nobody may take, for the registry’s admin.')
  make(reserve, 'list', 'Names that are reserved.').action(action(host, listReserved))
  make(reserve, 'add <name> [reason]', 'Reserve a name.').action(action(host, reserveName))
  make(reserve, 'remove <name>', 'Let it be taken again.').action(action(host, releaseName))
}

async function createInvite(
  context: CommandContext,
  note: string | undefined,
  options: RegistryOptions,
): Promise<void> {
  await using session = await openAdminSession(context, options)
  const made = await session.call('createInvite', { body: note === undefined ? {} : { note } })
  context.output.note(`Valid until ${made.expiresAt}, for one account. It is shown only now.`)
  context.output.answer(made, [made.code])
}

async function listInvites(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openAdminSession(context, options)
  const { items } = await session.call('invites')
  const rows = items.map(({ id, note, expiresAt, used }) => [id, note, expiresAt.slice(0, 10), used ? 'used' : 'open'])
  context.output.answer(items, table([['Id', 'For', 'Until', 'State'], ...rows]))
}

async function revokeInvite(context: CommandContext, id: string, options: RegistryOptions): Promise<void> {
  await using session = await openAdminSession(context, options)
  await session.call('revokeInvite', { params: { inviteId: id } })
  context.output.answer({ revoked: id }, [`Took the invite ${visible(id)} back.`])
}

async function listAccounts(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openAdminSession(context, options)
  const { items } = await session.call('accounts')
  const rows = items.map((account) => [
    account.name,
    account.email,
    account.secondFactor,
    account.createdAt.slice(0, 10),
    account.disabledAt === undefined ? '' : 'disabled',
  ])
  context.output.answer(items, table([['Name', 'E-mail', 'Second factor', 'Since', ''], ...rows]))
}

function setDisabled(route: 'disableAccount' | 'enableAccount') {
  return async (context: CommandContext, name: string, options: RegistryOptions) => {
    await using session = await openAdminSession(context, options)
    await session.call(route, { params: { account: name } })
    const disabled = route === 'disableAccount'
    context.output.answer({ name, disabled }, [`${visible(name)} is ${disabled ? 'disabled' : 'enabled'}.`])
  }
}

async function reset(context: CommandContext, name: string, options: RegistryOptions): Promise<void> {
  await using session = await openAdminSession(context, options)
  const made = await session.call('resetAccount', { params: { account: name } })
  context.output.note(`The new password of ${visible(name)}, shown only now:`)
  context.output.answer(made, [made.password])
}

async function listReserved(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openAdminSession(context, options)
  const { items } = await session.call('reservedNames')
  context.output.answer(items, table([['Name', 'Why'], ...items.map(({ name, reason }) => [name, reason])]))
}

async function reserveName(
  context: CommandContext,
  name: string,
  reason: string | undefined,
  options: RegistryOptions,
): Promise<void> {
  await using session = await openAdminSession(context, options)
  await session.call('reserveName', { params: { name }, body: reason === undefined ? {} : { reason } })
  context.output.answer({ name }, [`Nobody can take ${visible(name)} now.`])
}

async function releaseName(context: CommandContext, name: string, options: RegistryOptions): Promise<void> {
  await using session = await openAdminSession(context, options)
  await session.call('releaseName', { params: { name } })
  context.output.answer({ name }, [`${visible(name)} can be taken again.`])
}
