import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { requireYes } from '../prompt.ts'
import { openPublisherSession, otpOption, registryOption, releaseOf } from '../publisher-session.ts'
import type { RegistryOptions } from '../registry-session.ts'

interface VerbOptions extends RegistryOptions {
  readonly reason?: string
  readonly undo?: boolean
  readonly yes?: boolean
}

/** `nexus deprecate`: a warning to whoever uses a release. */
export function deprecateCommand(command: Command, host: CommandHost): void {
  command
    .argument('<release>', '`publisher/name@version`')
    .argument('[message]', 'what to do instead')
    .description('Warn whoever uses a release. It is installed and runs as before.')
    .option('--undo', 'take the warning back')
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, deprecate))
}

/** `nexus yank`: no new installs of a release. */
export function yankCommand(command: Command, host: CommandHost): void {
  command
    .argument('<release>', '`publisher/name@version`')
    .description('Withdraw a release from new installs. Where it runs, it runs on.')
    .option('--reason <text>', 'why; everybody can read it')
    .option('--undo', 'let it be found again')
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, yank))
}

/** `nexus revoke`: a release is stopped wherever it runs. */
export function revokeCommand(command: Command, host: CommandHost): void {
  command
    .argument('<release>', '`publisher/name@version`')
    .description('Stop a release wherever it runs, for good. Connected hosts hear of it within seconds.')
    .requiredOption('--reason <text>', 'why; everybody can read it')
    .option('--yes', 'do it without being asked')
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, revoke))
}

async function deprecate(
  context: CommandContext,
  reference: string,
  message: string | undefined,
  options: VerbOptions,
): Promise<void> {
  const params = releaseOf(reference)
  if (options.undo !== true && message === undefined)
    throw cliError('CLI_USAGE', 'Expected a message that says what to do instead, found none.')
  await using session = await openPublisherSession(context, params.publisher, options)
  if (options.undo === true) await session.call('undeprecate', { params })
  else await session.call('deprecate', { params, body: { message } })
  const words = options.undo === true ? 'No warning any more' : `Warning: ${visible(message ?? '')}`
  context.output.answer({ release: reference, deprecated: options.undo === true ? null : message }, [
    `${reference}: ${words}`,
  ])
}

async function yank(context: CommandContext, reference: string, options: VerbOptions): Promise<void> {
  const params = releaseOf(reference)
  await using session = await openPublisherSession(context, params.publisher, options)
  const isYanked = options.undo !== true
  if (isYanked) await session.call('yank', { params, query: { reason: options.reason } })
  else await session.call('unyank', { params })
  context.output.answer({ release: reference, yanked: isYanked }, [
    isYanked
      ? `Yanked ${reference}: nobody finds it any more; where it runs, it runs on.`
      : `${reference} is found again.`,
  ])
}

async function revoke(
  context: CommandContext,
  reference: string,
  options: VerbOptions & { readonly reason: string },
): Promise<void> {
  const params = releaseOf(reference)
  await requireYes(context, options.yes, `Stop ${reference} wherever it runs? There is no way back.`)
  await using session = await openPublisherSession(context, params.publisher, options)
  await session.call('revoke', { params, body: { reason: options.reason } })
  context.output.answer({ release: reference, revoked: true, reason: options.reason }, [
    `Revoked ${reference}. Hosts stop it as soon as they hear of it.`,
  ])
}
