import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { cliError } from '../errors.ts'

/** `nexus token …`: access tokens for MCP clients and scripts. */
export function tokenCommand(command: Command, host: CommandHost): void {
  command.description('Access tokens for MCP clients and scripts.')
  command
    .command('create')
    .description('Create a token; it is shown this once.')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--scope <scope...>', 'what it may do', ['tools:call'])
    .option('--days <days>', 'days until it expires, or `never`', '90')
    .option('--server <name>', 'only for this virtual server')
    .action(action(host, create))
  command.command('list').description('Tokens that exist, never their values.').action(action(host, list))
  command.command('revoke <id>').description('Revoke a token at once.').action(action(host, revoke))
}

interface CreateOptions {
  readonly name: string
  readonly scope: readonly string[]
  readonly days: string
  readonly server?: string
}

async function create({ connect, output }: CommandContext, options: CreateOptions): Promise<void> {
  const { name, scope, server } = options
  const body = {
    name,
    scopes: scope,
    expiresInDays: parseDays(options.days),
    ...(server !== undefined && { virtualServer: server }),
  }
  const client = await connect()
  // A token belongs to a person, and the local operator is nobody until there is an admin to act for.
  if ((await client.call('setupState')).needed) {
    throw cliError(
      'CLI_NO_ADMIN',
      'Expected an admin to own the token, found that this host has none yet. Create the first admin with the link that the host printed when it started (each start prints a new one), then try again.',
    )
  }
  const made = await client.call('createToken', { body })
  output.note(`${made.name}: ${made.scopes.join(', ')}; expires ${made.expiresAt ?? 'never'}. It is shown only now.`)
  output.answer(made, [made.token])
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('tokens')
  const rows = items.map((token) => [
    token.id,
    token.name,
    token.hint,
    token.owner,
    token.scopes.join(' '),
    stateOf(token),
    token.lastUsedAt ?? 'never',
  ])
  output.answer(
    items,
    items.length === 0
      ? ['There are no tokens.']
      : table([['Id', 'Name', 'Token', 'Owner', 'May', 'State', 'Last used'], ...rows]),
  )
}

async function revoke({ connect, output }: CommandContext, id: string): Promise<void> {
  await (await connect()).call('revokeToken', { params: { id } })
  output.answer({ revoked: id }, [`Revoked ${id}.`])
}

function stateOf({
  revoked,
  expiresAt,
}: {
  readonly revoked: boolean
  readonly expiresAt?: string | undefined
}): string {
  if (revoked) return 'revoked'
  return expiresAt === undefined ? 'valid' : `until ${expiresAt.slice(0, 10)}`
}

function parseDays(text: string): number | null {
  if (text === 'never') return null
  const days = Number(text)
  if (Number.isInteger(days) && days > 0) return days
  throw cliError('CLI_USAGE', `Expected --days with a whole number or \`never\`, found ${JSON.stringify(text)}.`)
}
