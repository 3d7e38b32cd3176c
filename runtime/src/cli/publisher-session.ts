import type { CommandContext } from './command-context.ts'
import { cliError } from './errors.ts'
import { findPublisher } from './publisher-access.ts'
import { findRegistryUrl, keysFolder } from './registry-access.ts'
import { type RegistryOptions, type RegistrySession, openAdminSession, openPublicSession } from './registry-session.ts'

/** Where a command of a publisher goes. */
export const registryOption = [
  '--registry <url>',
  'where to (NEXUS_REGISTRY_URL; else the registry of the host on this machine)',
] as const
export const otpOption = ['--otp <code>', 'code of your second factor, where the registry asks for one'] as const

/**
 * Talks to the registry for a publisher: as NEXUS_REGISTRY_TOKEN says, else as whoever is signed in, else with the token
 * in the publisher's credentials.
 */
export async function openPublisherSession(
  context: CommandContext,
  publisher: string,
  options: RegistryOptions,
): Promise<RegistrySession> {
  const token = (await ownToken(context, options)) ?? (await findPublisher(context, publisher)).file.token
  return await connect(context, options, token)
}

/** The same for what a publisher's token may not do; the operator of the host here is the admin of its registry. */
export async function openOwnerSession(context: CommandContext, options: RegistryOptions): Promise<RegistrySession> {
  const token = await ownToken(context, options)
  return token === undefined ? await openAdminSession(context, options) : await connect(context, options, token)
}

export { openPublicSession }

async function ownToken({ environment }: CommandContext, { registry }: RegistryOptions): Promise<string | undefined> {
  const given = environment['NEXUS_REGISTRY_TOKEN']
  if (given !== undefined) return given
  const { readAccount } = await import('../publishing/index.ts')
  return (await readAccount(keysFolder(environment), await findRegistryUrl(registry, environment)))?.token
}

async function connect(
  { environment }: CommandContext,
  { registry, otp }: RegistryOptions,
  token: string,
): Promise<RegistrySession> {
  // Loaded only here: talking to a registry needs libraries that no other command does.
  const { createRegistryAccountClient, withRegistryWords } = await import('../publishing/index.ts')
  const client = createRegistryAccountClient(await findRegistryUrl(registry, environment), token)
  return { ...client, call: (name, given) => withRegistryWords(client.call(name, { otp, ...given })) }
}

/** `publisher/name@version` in its parts. */
export function releaseOf(reference: string) {
  const match = /^(?<publisher>[^/@]+)\/(?<name>[^/@]+)@(?<version>[^@]+)$/.exec(reference)
  const { publisher, name, version } = match?.groups ?? {}
  if (publisher !== undefined && name !== undefined && version !== undefined) return { publisher, name, version }
  throw cliError('CLI_USAGE', `Expected publisher/name@version, found ${JSON.stringify(reference)}.`)
}
