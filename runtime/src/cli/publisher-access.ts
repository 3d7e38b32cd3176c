import { resolve } from 'node:path'
import type { PublisherFile } from '../publishing/index.ts'
import type { CommandContext } from './command-context.ts'
import { cliError } from './errors.ts'
import { readPassphrase } from './passphrase.ts'
import { keysFolder } from './registry-access.ts'

/** Credentials of a publisher on this machine, and where they lie. */
export interface PublisherAccess {
  readonly file: PublisherFile
  readonly path: string
}

/** An id means the credentials that `publisher create` left; anything that looks like a path is one. */
export async function findPublisher(
  { environment }: Pick<CommandContext, 'environment'>,
  given: string,
): Promise<PublisherAccess> {
  const { publisherFilePath, readPublisherFile } = await import('../publishing/index.ts')
  const isPath = /[\\/]|\.json$/.test(given)
  const path = isPath ? resolve(given) : publisherFilePath(keysFolder(environment), given)
  const file = await readPublisherFile(path)
  if (file !== undefined) return { file, path }
  throw cliError(
    'CLI_NOT_FOUND',
    `Expected the credentials of a publisher in ${path}, found none. \`nexus publisher create\` makes them.`,
  )
}

/** Opens the signing key of these credentials, with a passphrase when it has one and a hint when it has none. */
export async function openKey(
  context: Pick<CommandContext, 'console' | 'environment' | 'output'>,
  { file, path }: PublisherAccess,
  passphraseFile: string | undefined,
) {
  const { isSealed, openSigningKey } = await import('../publishing/index.ts')
  if (!isSealed(file))
    context.output.note(
      `The signing key in ${path} has no passphrase. \`nexus key encrypt ${file.publisher}\` gives it one.`,
    )
  return await openSigningKey(file, () => readPassphrase(context, passphraseFile))
}

/** The token that acts for a publisher at a registry: one of the environment wins over the credentials' own. */
export function tokenOf({ environment }: Pick<CommandContext, 'environment'>, { file }: PublisherAccess): string {
  return environment['NEXUS_REGISTRY_TOKEN'] ?? file.token
}
