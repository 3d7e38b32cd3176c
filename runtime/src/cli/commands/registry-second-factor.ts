import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { readSecret } from '../prompt.ts'
import { type RegistryOptions, openSession } from '../registry-session.ts'

type PolicyOptions = RegistryOptions & { readonly signInOnly?: boolean }

/** `nexus registry 2fa …`: the second factor of the account that is signed in. */
export function registrySecondFactorCommand(command: Command, host: CommandHost): void {
  const registry = ['--registry <url>', 'registry'] as const
  const signInOnly = ['--sign-in-only', 'ask for a code at sign-in, not at every write'] as const
  command.description('The second factor of your account at a registry.')
  command
    .command('enable')
    .description('Begin: gives the secret for your authenticator app; your password is read from standard input.')
    .option(...registry)
    .action(action(host, enable))
  command
    .command('confirm <code>')
    .description('Finish with a code of the app; gives the recovery codes, shown this once.')
    .option(...signInOnly)
    .option(...registry)
    .action(action(host, confirm))
  command
    .command('policy <code>')
    .description('Ask for a code at every write, or with --sign-in-only at sign-in alone.')
    .option(...signInOnly)
    .option(...registry)
    .action(action(host, setPolicy))
  command
    .command('codes <code>')
    .description('Replace the recovery codes.')
    .option(...registry)
    .action(action(host, renewCodes))
  command
    .command('disable <code>')
    .description('Take the second factor away; your password is read from standard input.')
    .option(...registry)
    .action(action(host, disable))
}

async function enable(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const password = await readSecret(context.console, 'your password')
  const made = await session.call('enrolSecondFactor', { body: { password } })
  context.output.answer(made, [
    `Add this secret to your authenticator app: ${visible(made.secret)}`,
    `  ${visible(made.url)}`,
    'Then show a code of it: nexus registry 2fa confirm <code>',
  ])
}

async function confirm(context: CommandContext, code: string, options: PolicyOptions): Promise<void> {
  await using session = await openSession(context, options)
  const made = await session.call('confirmSecondFactor', { body: { code, policy: policyOf(options) } })
  context.output.note('The second factor is on. Keep these recovery codes; each works once.')
  context.output.answer(made, made.recoveryCodes)
}

async function setPolicy(context: CommandContext, code: string, options: PolicyOptions): Promise<void> {
  await using session = await openSession(context, options)
  const policy = policyOf(options)
  await session.call('changeSecondFactor', { body: { code, policy } })
  context.output.answer({ policy }, [`The second factor is asked for: ${policy}.`])
}

async function renewCodes(context: CommandContext, code: string, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const made = await session.call('renewRecoveryCodes', { body: { code } })
  context.output.note('The old recovery codes no longer work. Keep these; each works once.')
  context.output.answer(made, made.recoveryCodes)
}

async function disable(context: CommandContext, code: string, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const password = await readSecret(context.console, 'your password')
  await session.call('disableSecondFactor', { body: { password, code } })
  context.output.answer({ policy: 'off' }, ['The second factor is off.'])
}

function policyOf({ signInOnly }: PolicyOptions): 'auth-only' | 'auth-and-writes' {
  return signInOnly === true ? 'auth-only' : 'auth-and-writes'
}
