import type { Command } from 'commander'
import { pathToFileURL } from 'node:url'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { dataFolder } from '../credentials.ts'
import { cliError } from '../errors.ts'
import { parsePluginReference } from '../plugin-reference.ts'
import { findRegistryUrl } from '../registry-access.ts'

/** `nexus mirror …`: plugins for a host that reaches no registry. */
export function mirrorCommand(command: Command, host: CommandHost): void {
  command.description('Carry plugins, with everything that proves them, to a host that reaches no registry.')
  command
    .command('export [plugins...]')
    .description('Write releases into one file: `publisher/name` for the newest, `publisher/name@version` for one.')
    .requiredOption('--out <file>', 'a new file')
    .option('--all', 'the newest release of every plugin')
    .option('--registry <url>', 'the registry (NEXUS_REGISTRY_URL; else the one on this machine)')
    .action(action(host, exportReleases))
  command
    .command('import <file>')
    .description('Check a mirror and put it into the data folder, in place of the one that is there.')
    .action(action(host, importReleases))
}

interface ExportOptions {
  readonly out: string
  readonly all?: boolean
  readonly registry?: string
}

async function exportReleases(
  { environment, output }: CommandContext,
  plugins: readonly string[],
  options: ExportOptions,
): Promise<void> {
  if ((plugins.length === 0) === (options.all !== true)) {
    throw cliError('CLI_USAGE', 'Expected names of plugins or --all, found both or neither.')
  }
  const wanted = plugins.map((text) => {
    const { pluginId, version } = parsePluginReference(text)
    return { id: pluginId, version }
  })
  // Loaded only here: it needs libraries that no other command does.
  const { exportMirror } = await import('../../install/mirror/index.ts')
  const url = await findRegistryUrl(options.registry, environment)
  const summary = await exportMirror(url, options.all === true ? 'all' : wanted, options.out)
  output.answer({ file: options.out, ...summary }, [
    `Wrote ${summary.releases.length} releases (${summary.bytes} bytes of bundles) and ${summary.logSize} log entries to ${visible(options.out)}.`,
    ...summary.releases.map(({ id, version }) => `  ${visible(id)} ${visible(version)}`),
    `Carry it over, then: nexus mirror import ${visible(options.out)}`,
  ])
}

async function importReleases({ environment, output }: CommandContext, path: string): Promise<void> {
  const { importMirror } = await import('../../install/mirror/index.ts')
  const imported = await importMirror(path, dataFolder(environment))
  const url = pathToFileURL(imported.folder).href
  output.answer({ ...imported, registryUrl: url }, [
    `Imported ${imported.releases.length} releases and ${imported.logSize} log entries, checked.`,
    ...imported.releases.map(({ id, version }) => `  ${visible(id)} ${visible(version)}`),
    `Start the host with NEXUS_REGISTRY_URL=${visible(url)} to install from it.`,
  ])
}
