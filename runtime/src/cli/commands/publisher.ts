import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { findOwnRegistry, keysFolder } from '../registry-access.ts'

/** `nexus publisher …`: who may publish to the registry of this machine. */
export function publisherCommand(command: Command, host: CommandHost): void {
  command.description('Publishers of the registry on this machine.')
  command
    .command('create <id>')
    .description('Create a publisher with a signing key and an upload token, and say which file holds them.')
    .option('--name <name>', 'what people see; the id by default')
    .action(action(host, create))
}

async function create(
  { environment, output }: CommandContext,
  id: string,
  options: { readonly name?: string },
): Promise<void> {
  // Loaded only here: signing needs libraries that no other command does.
  const { createPublisher, createRegistryClient, publisherFilePath, signingKeyOf } =
    await import('../../publishing/index.ts')
  const path = publisherFilePath(keysFolder(environment), id)
  const { url, adminToken } = await findOwnRegistry(environment)
  await using registry = createRegistryClient(url)
  const file = await createPublisher(registry, adminToken, { id, displayName: options.name ?? id }, path)
  const key = `sha256:${signingKeyOf(file).keyId}`
  output.note(
    'The file holds the signing key and the upload token. Keep a copy of it elsewhere, and show it to nobody.',
  )
  output.answer({ publisher: id, key, file: path }, [
    `Created ${id}; its credentials are in ${visible(path)}.`,
    `  Key ${key}`,
  ])
}
