import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { LOGIN_POLL_MS } from '../limits.ts'
import { readSecret } from '../prompt.ts'
import { keysFolder } from '../registry-access.ts'
import { type RegistryOptions, type RegistrySession, openPublicSession, openSession } from '../registry-session.ts'

/** `nexus registry login|signup|logout|whoami|password`: who one is at a registry. */
export function registryLoginCommands(command: Command, host: CommandHost): void {
  const login = command.command('login').description('Sign in to a registry, in the browser or with a password.')
  login
    .option('--registry <url>', 'registry to sign in to (NEXUS_REGISTRY_URL; else the one of the host on this machine)')
    .option('--user <name>', 'sign in here with a password, read from standard input')
    .option('--otp <code>', 'code of the second factor; better in the browser, where other users cannot see it')
    .action(action(host, signIn))
  command
    .command('signup <name>')
    .description('Make an account; its password is read from standard input.')
    .requiredOption('--email <address>', 'where the registry’s operator reaches you')
    .option('--invite <code>', 'where the registry asks for an invite')
    .option('--registry <url>', 'registry')
    .action(action(host, signUp))
  command
    .command('logout')
    .description('Revoke the token of this machine and forget it.')
    .option('--registry <url>', 'registry')
    .action(action(host, signOut))
  command
    .command('whoami')
    .description('Whose token this is and what it may do.')
    .option('--registry <url>', 'registry')
    .action(action(host, whoami))
  command
    .command('password')
    .description('Change the password: the old one, then the new one, a line each on standard input.')
    .option('--registry <url>', 'registry')
    .option('--otp <code>', 'code of the second factor')
    .action(action(host, changePassword))
}

interface LoginOptions extends RegistryOptions {
  readonly user?: string
}

async function signIn(context: CommandContext, options: LoginOptions): Promise<void> {
  await using session = await openPublicSession(context, options)
  const token =
    options.user === undefined
      ? await signInWithBrowser(context, session)
      : await signInWithPassword(context, session, options.user, options.otp)
  await keep(context, session, token)
}

async function signInWithPassword(
  { console }: CommandContext,
  session: RegistrySession,
  name: string,
  otp: string | undefined,
): Promise<string> {
  const password = await readSecret(console, `the password of ${visible(name)}`)
  const body = { name, password, ...(otp === undefined ? {} : { otp }) }
  return (await session.call('signIn', { body })).token
}

async function signInWithBrowser({ console, output }: CommandContext, session: RegistrySession): Promise<string> {
  const { loginUrl, doneId, comparison, expiresInSeconds } = await session.call('startWebLogin')
  // With --json too: without the address nobody can go on.
  console.stderr.write(`Open ${visible(loginUrl)}\nand compare the code: ${visible(comparison)}\n`)
  output.note('Waiting for your decision in the browser…')
  const until = Date.now() + expiresInSeconds * 1000
  while (Date.now() < until) {
    const answer = await session.call('finishWebLogin', { body: { doneId } })
    if (answer.state === 'done') return answer.token
    await wait(LOGIN_POLL_MS)
  }
  throw cliError('CLI_CONSENT', 'Expected a decision in the browser, found none in time. Sign in again.')
}

async function keep({ environment, output }: CommandContext, { url }: RegistrySession, token: string): Promise<void> {
  const { createRegistryAccountClient, rememberAccount } = await import('../../publishing/index.ts')
  await using session = createRegistryAccountClient(url, token)
  const { name } = await session.call('whoami')
  const file = await rememberAccount(keysFolder(environment), url, { name, token })
  output.answer({ registry: url, name, file }, [
    `Signed in to ${visible(url)} as ${visible(name)}.`,
    `  Token in ${visible(file)}; readable by you only.`,
  ])
}

async function signUp(
  context: CommandContext,
  name: string,
  options: RegistryOptions & { readonly email: string; readonly invite?: string },
): Promise<void> {
  await using session = await openPublicSession(context, options)
  const password = await readSecret(context.console, `a password for ${visible(name)}`)
  const { email, invite } = options
  await session.call('signUp', { body: { name, email, password, ...(invite === undefined ? {} : { invite }) } })
  const { token } = await session.call('signIn', { body: { name, password } })
  await keep(context, session, token)
}

async function signOut(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const { forgetAccount } = await import('../../publishing/index.ts')
  try {
    await session.call('signOut')
  } finally {
    await forgetAccount(keysFolder(context.environment), session.url)
  }
  context.output.answer({ registry: session.url }, [`Signed out of ${visible(session.url)}.`])
}

async function whoami(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const identity = await session.call('whoami')
  const { name, kind, scopes, account, memberships = [] } = identity
  context.output.answer(identity, [
    `${visible(name)} (${kind}) at ${visible(session.url)}`,
    `  May ${scopes.join(', ')}.`,
    ...(account === undefined ? [] : [`  Second factor: ${account.secondFactor}.`]),
    ...memberships.map(({ publisher, role }) => `  ${role} of ${visible(publisher)}`),
  ])
}

async function changePassword(context: CommandContext, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const text = await readSecret(context.console, 'the old password and, after a line break, the new one')
  const [password = '', newPassword = await readSecret(context.console, 'the new password')] = text.split(/\r?\n/)
  const { otp } = options
  await session.call('changePassword', { body: { password, newPassword, ...(otp === undefined ? {} : { otp }) } })
  context.output.answer({ changed: true }, ['Changed the password. Every other token of the account is revoked.'])
}
