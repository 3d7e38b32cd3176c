import { resolve } from 'node:path'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'

/** `nexus types`: what editors need to know of this Nexus. */
export function typesCommand(command: Command, host: CommandHost): void {
  command
    .argument('[dir]', 'folder of the plugin', '.')
    .description('Write .nexus/ of a plugin: the manifest schema and the types of the plugin API, for editors.')
    .action(action(host, types))
}

async function types({ output }: CommandContext, dir: string): Promise<void> {
  const { readProject, writeTypes } = await import('../../developer/index.ts')
  const { folder, manifest } = await readProject(resolve(dir))
  await writeTypes(folder)
  output.answer({ folder, id: manifest.id }, [`Wrote ${folder}/.nexus for ${manifest.id}.`])
}
