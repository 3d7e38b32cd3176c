import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { newPassphrase, passphraseOption } from '../passphrase.ts'
import { requireYes } from '../prompt.ts'
import { findOwnRegistry, keysFolder } from '../registry-access.ts'

/** `nexus publisher …`: who may publish to the registry of this machine, and whom this host believes. */
export function publisherCommand(command: Command, host: CommandHost): void {
  command.description('Publishers of the registry on this machine, and how far this host trusts publishers.')
  command
    .command('create <id>')
    .description('Create a publisher with a signing key and an upload token, and say which file holds them.')
    .option('--name <name>', 'what people see; the id by default')
    .option(...passphraseOption)
    .action(action(host, create))
  command.command('list').description('Publishers whose keys this host has pinned.').action(action(host, list))
  command
    .command('trust <id>')
    .description('Say whether the code of a known publisher may run in worker threads, which are no security boundary.')
    .option('--workers', 'it may')
    .option('--no-workers', 'it may not; what runs there is stopped')
    .option('--yes', 'do it without being asked')
    .action(action(host, trust))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { publishers } = await (await connect()).call('trust')
  const rows = publishers.map(({ id, keys, workers }) => [
    id,
    workers ? 'yes' : 'no',
    keys.map(({ keyId }) => keyId.slice(0, 16)).join(' '),
  ])
  output.answer(publishers, table([['Publisher', 'Workers', 'Keys'], ...rows]))
}

async function trust(
  context: CommandContext,
  id: string,
  options: { readonly workers?: boolean; readonly yes?: boolean },
): Promise<void> {
  const { workers } = options
  if (workers === undefined) throw cliError('CLI_USAGE', 'Expected --workers or --no-workers, found neither.')
  if (workers)
    await requireYes(
      context,
      options.yes,
      `A worker thread is not a security boundary. Let the code of ${visible(id)} run in worker threads?`,
    )
  const client = await context.connect()
  await client.call('changeTrust', { params: { publisher: id }, body: { workers } })
  context.output.answer({ publisher: id, workers }, [
    workers
      ? `The code of ${visible(id)} may run in worker threads: choose a profile of tier worker for its plugins.`
      : `The code of ${visible(id)} may no longer run in worker threads.`,
  ])
}

async function create(
  context: CommandContext,
  id: string,
  options: { readonly name?: string; readonly passphraseFile?: string },
): Promise<void> {
  const { environment, output } = context
  // Loaded only here: signing needs libraries that no other command does.
  const { createPublisher, createRegistryClient, isSealed, keyIdOf, publisherFilePath } =
    await import('../../publishing/index.ts')
  const path = publisherFilePath(keysFolder(environment), id)
  const { url, adminToken } = await findOwnRegistry(environment)
  await using registry = createRegistryClient(url)
  const passphrase = await newPassphrase(context, options.passphraseFile)
  const file = await createPublisher(registry, adminToken, { id, displayName: options.name ?? id }, path, passphrase)
  const key = `sha256:${keyIdOf(file.publicKey)}`
  if (!isSealed(file)) output.note(`The signing key has no passphrase. \`nexus key encrypt ${id}\` gives it one.`)
  output.note(
    'The file holds the signing key and the upload token. Keep a copy of it elsewhere, and show it to nobody.',
  )
  output.answer({ publisher: id, key, file: path }, [
    `Created ${id}; its credentials are in ${visible(path)}.`,
    `  Key ${key}`,
  ])
}
