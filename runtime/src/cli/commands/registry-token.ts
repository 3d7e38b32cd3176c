import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { cliError } from '../errors.ts'
import { readSecret } from '../prompt.ts'
import { type RegistryOptions, openSession } from '../registry-session.ts'

/** `nexus registry token …`: tokens of the account that is signed in. */
export function registryTokenCommand(command: Command, host: CommandHost): void {
  command.description('Tokens of your account at a registry.')
  command
    .command('list')
    .description('Tokens that work, never their values.')
    .option('--registry <url>', 'registry')
    .action(action(host, list))
  command
    .command('create')
    .description('Make a token, shown this once; your password is read from standard input.')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--scope <scope...>', 'read, publish, yank, manage', ['publish'])
    .option('--package <name...>', 'only for these: @publisher, @publisher/name or name', [])
    .option('--cidr <network...>', 'only from these networks', [])
    .option('--days <days>', 'days until it expires, at most 365', '90')
    .option('--automation', 'writes with it ask for no second factor, where the publisher allows that')
    .option('--otp <code>', 'code of the second factor')
    .option('--registry <url>', 'registry')
    .action(action(host, create))
  command
    .command('revoke <id>')
    .description('Revoke a token at once.')
    .option('--registry <url>', 'registry')
    .action(action(host, revoke))
}

interface CreateOptions extends RegistryOptions {
  readonly name: string
  readonly scope: readonly string[]
  readonly package: readonly string[]
  readonly cidr: readonly string[]
  readonly days: string
  readonly automation?: boolean
}

async function list(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const { items } = await session.call('accountTokens')
  const rows = items.map((token) => [
    token.id,
    token.name,
    `${token.hint}…`,
    token.scopes.join(' '),
    [...token.packages, ...token.cidrs].join(' ') || 'everything',
    token.expiresAt.slice(0, 10),
    token.lastUsedAt ?? 'never',
  ])
  context.output.answer(items, table([['Id', 'Name', 'Token', 'May', 'Limited to', 'Until', 'Last used'], ...rows]))
}

async function create(context: CommandContext, options: CreateOptions): Promise<void> {
  const days = Number(options.days)
  if (!Number.isInteger(days))
    throw cliError('CLI_USAGE', `Expected --days with a whole number, found ${options.days}.`)
  await using session = await openSession(context, options)
  const password = await readSecret(context.console, 'your password')
  const made = await session.call('createAccountToken', {
    body: {
      name: options.name,
      password,
      ...(options.otp === undefined ? {} : { otp: options.otp }),
      scopes: options.scope,
      packages: options.package,
      cidrs: options.cidr,
      automation: options.automation === true,
      expiresInDays: days,
    },
  })
  context.output.note(`${made.name}: ${made.scopes.join(', ')}; expires ${made.expiresAt}. It is shown only now.`)
  context.output.answer(made, [made.token])
}

async function revoke(context: CommandContext, id: string, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  await session.call('revokeAccountToken', { params: { tokenId: id } })
  context.output.answer({ revoked: id }, [`Revoked ${id}.`])
}
