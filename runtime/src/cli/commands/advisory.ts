import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { parsePluginReference } from '../plugin-reference.ts'
import { type RegistryOptions, openOwnerSession } from '../registry-session.ts'

/** `nexus advisory …`: what is known against plugins. */
export function advisoryCommand(command: Command, host: CommandHost): void {
  command.description('What is known against versions of plugins.')
  command
    .command('list <plugin>')
    .description('Advisories about a plugin; with @version those that affect it.')
    .action(action(host, list))
  command
    .command('affected')
    .description('Installations of the workspace that an advisory is about.')
    .action(action(host, affected))
  command
    .command('sbom <plugin@version>')
    .description('Bill of materials of a release (CycloneDX) on standard output.')
    .action(action(host, sbom))
  withRegistry(
    command
      .command('publish <plugin> <file>')
      .description(
        'Publish an advisory; the file is JSON: range, severity, title, text, fixedVersion, aliases, cwe, cvss, references.',
      )
      .option('--replaces <id>', 'say this advisory anew instead'),
  ).action(action(host, publish))
  withRegistry(
    command
      .command('withdraw <id>')
      .description('Withdraw an advisory: it stays readable and affects nothing.')
      .requiredOption('--reason <text>', 'why'),
  ).action(action(host, withdraw))
}

const withRegistry = (command: Command) =>
  command.option('--registry <url>', 'registry').option('--otp <code>', 'code of the second factor')

const splitId = (pluginId: string) => {
  const [publisher = '', name = ''] = pluginId.split('/')
  return { publisher, name }
}

async function list({ connect, output }: CommandContext, text: string): Promise<void> {
  const { pluginId, version } = parsePluginReference(text)
  const { items } = await (await connect()).call('pluginAdvisories', { params: splitId(pluginId), query: { version } })
  const rows = items.map(({ id, severity, range, fixedVersion, title }) => [
    id,
    severity,
    range,
    fixedVersion ?? '-',
    visible(title),
  ])
  const head = ['Advisory', 'Severity', 'Affected', 'Fixed in', 'Title']
  output.answer(items, rows.length === 0 ? ['Nothing is known.'] : table([head, ...rows]))
}

async function affected({ connect, output, finishWith }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('affectedInstallations')
  const rows = items.flatMap(({ label, pluginId, version, advisories }) =>
    advisories.map(({ id, severity, fixedVersion, title }) => [
      label,
      `${pluginId}@${version}`,
      id,
      severity,
      fixedVersion ?? '-',
      visible(title),
    ]),
  )
  const head = ['Label', 'Release', 'Advisory', 'Severity', 'Fixed in', 'Title']
  output.answer(items, rows.length === 0 ? ['No installation is affected.'] : table([head, ...rows]))
  if (rows.length > 0) finishWith(1)
}

async function sbom({ connect, output }: CommandContext, text: string): Promise<void> {
  const { pluginId, version } = parsePluginReference(text)
  if (version === undefined)
    throw cliError('CLI_USAGE', 'Expected a release such as acme/weather@1.0.0, found no version.')
  const document = await (await connect()).call('pluginSbom', { params: { ...splitId(pluginId), version } })
  output.answer(document, [JSON.stringify(document, undefined, 2)])
}

async function publish(
  context: CommandContext,
  text: string,
  file: string,
  options: RegistryOptions & { readonly replaces?: string },
): Promise<void> {
  const json = await readJson(file)
  await using session = await openOwnerSession(context, options)
  const { pluginId } = parsePluginReference(text)
  const { replaces } = options
  const advisory =
    replaces === undefined
      ? await session.call('publishAdvisory', { params: splitId(pluginId), body: json })
      : await session.call('updateAdvisory', { params: { advisory: replaces }, body: json })
  context.output.answer(advisory, [`Published ${advisory.id}.`])
}

async function withdraw(
  context: CommandContext,
  advisory: string,
  options: RegistryOptions & { readonly reason: string },
): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const gone = await session.call('withdrawAdvisory', { params: { advisory }, body: { reason: options.reason } })
  context.output.answer(gone, [`Withdrew ${gone.id}.`])
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : 'something else'
    throw cliError('CLI_USAGE', `Expected JSON in ${path}, found: ${found}.`, { cause })
  }
}
