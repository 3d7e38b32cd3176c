import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { cliError } from '../errors.ts'
import { openPublisherSession, otpOption, registryOption, releaseOf } from '../publisher-session.ts'
import type { RegistryOptions } from '../registry-session.ts'

/** `nexus rollout`: a release reaches hosts step by step. */
export function rolloutCommand(command: Command, host: CommandHost): void {
  command
    .argument('<release>', '`publisher/name@version`')
    .argument('<percent>', '0 to 100: the share of hosts that take it by themselves')
    .description('Roll a release out step by step. Who asks for it gets it whatever the share.')
    .option(...registryOption)
    .option(...otpOption)
    .action(action(host, rollOut))
}

async function rollOut(
  context: CommandContext,
  reference: string,
  written: string,
  options: RegistryOptions,
): Promise<void> {
  const params = releaseOf(reference)
  const percent = /^\d{1,3}$/.test(written) ? Number(written) : Number.NaN
  if (!(percent >= 0 && percent <= 100)) {
    throw cliError('CLI_USAGE', `Expected a whole number from 0 to 100, found ${JSON.stringify(written)}.`)
  }
  await using session = await openPublisherSession(context, params.publisher, options)
  await session.call('setRollout', { params, body: { percent } })
  context.output.answer({ release: reference, percent }, [
    percent === 100
      ? `${reference} is for all hosts.`
      : `${reference} is taken by ${percent} % of the hosts that update by themselves.`,
  ])
}
