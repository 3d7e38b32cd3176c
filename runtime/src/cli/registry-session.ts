import { errorCode } from '@nexus/plugin-api'
import type { RegistryAccountClient } from '../publishing/index.ts'
import type { CommandContext } from './command-context.ts'
import { cliError } from './errors.ts'
import { findOwnRegistry, findRegistryUrl, keysFolder } from './registry-access.ts'

/** Options of every command that talks to a registry as somebody. */
export interface RegistryOptions {
  readonly registry?: string
  readonly otp?: string
}

/** A client that shows the given code with every call. */
export type RegistrySession = RegistryAccountClient

/** Talks to the registry as whoever is signed in: NEXUS_REGISTRY_TOKEN, else what `nexus registry login` left. */
export async function openSession(context: CommandContext, options: RegistryOptions): Promise<RegistrySession> {
  const url = await findRegistryUrl(options.registry, context.environment)
  const { readAccount } = await import('../publishing/index.ts')
  const stored = await readAccount(keysFolder(context.environment), url)
  const token = context.environment['NEXUS_REGISTRY_TOKEN'] ?? stored?.token
  if (token !== undefined) return connect(url, token, options.otp)
  throw cliError(
    'CLI_NO_CREDENTIALS',
    `Expected to be signed in to ${url}, found that nobody is. Sign in with \`nexus registry login\`, or set NEXUS_REGISTRY_TOKEN.`,
  )
}

/** Talks to the registry as its admin: NEXUS_REGISTRY_ADMIN_TOKEN, else as the operator of the host on this machine. */
export async function openAdminSession(context: CommandContext, options: RegistryOptions): Promise<RegistrySession> {
  const given = context.environment['NEXUS_REGISTRY_ADMIN_TOKEN']
  if (given !== undefined)
    return connect(await findRegistryUrl(options.registry, context.environment), given, undefined)
  const { url, adminToken } = await findOwnRegistry(context.environment)
  return connect(url, adminToken, undefined)
}

/** As whoever is signed in; the operator of the host that runs the registry needs not be. */
export async function openOwnerSession(context: CommandContext, options: RegistryOptions): Promise<RegistrySession> {
  try {
    return await openSession(context, options)
  } catch (error) {
    if (errorCode(error) !== 'CLI_NO_CREDENTIALS' || options.registry !== undefined) throw error
    // Somebody else's registry knows no operator: then the first refusal is the one that helps.
    return openAdminSession(context, options).catch(() => {
      throw error
    })
  }
}

/** Talks to the registry as nobody. */
export async function openPublicSession(context: CommandContext, options: RegistryOptions): Promise<RegistrySession> {
  return connect(await findRegistryUrl(options.registry, context.environment), undefined, undefined)
}

async function connect(url: string, token: string | undefined, otp: string | undefined): Promise<RegistrySession> {
  // Loaded only here: talking to a registry needs libraries that no other command does.
  const { createRegistryAccountClient, withRegistryWords } = await import('../publishing/index.ts')
  const client = createRegistryAccountClient(url, token)
  return { ...client, call: (name, given) => withRegistryWords(client.call(name, { otp, ...given })) }
}
