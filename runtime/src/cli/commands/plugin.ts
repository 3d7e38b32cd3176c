import type { Command } from 'commander'
import type { InstallationDetail } from '../../contract/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { requireYes } from '../prompt.ts'
import { chainLines, permissionLines, sandboxText } from '../chain-text.ts'
import { EXIT } from '../exit-code.ts'
import { findInstallation } from '../plugin-reference.ts'
import { installPlugin } from './plugin-install.ts'
import { inspectPlugin } from './plugin-inspect.ts'
import { pluginLogs } from './plugin-logs.ts'
import { oversightCommands } from './plugin-oversight.ts'
import { pluginProfile } from './plugin-profile.ts'
import { publishPlugin } from './plugin-publish.ts'
import { updatePlugin } from './plugin-update.ts'
import { versionCommands } from './plugin-versions.ts'

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** `nexus plugin …`: what is installed in the workspace, and publishing. */
export function pluginCommand(command: Command, host: CommandHost): void {
  command.description('Install, look at, remove and publish plugins.')
  command.command('list').description('Installed plugins and their state.').action(action(host, list))
  command
    .command('install <plugin>')
    .description('Install `publisher/name` or `publisher/name@version` after showing what it may touch.')
    .option('--config <name=value>', 'a setting of the plugin; may be given several times', collect, [])
    .option('--allow-private <host:port>', 'let it reach this host although its address is private', collect, [])
    .option('--label <label>', 'prefix of the names of its tools')
    .option('--profile <name>', 'sandbox profile; the one it asks for by default')
    .option('--yes', 'consent without being asked')
    .action(action(host, installPlugin))
  command
    .command('status <plugin>')
    .description('State, permissions, chain and last log lines of an installed plugin.')
    .action(action(host, status))
  command
    .command('update <plugin>')
    .description(
      'Swap an installed plugin to its newest release, or to `plugin@version` or `plugin@channel`, under live calls.',
    )
    .option('--config <name=value>', 'a setting to change with it; may be given several times', collect, [])
    .option('--at <time>', 'approve now, do it then; for example 2026-12-24T03:00:00Z')
    .option('--in-window', 'approve now, do it when its time window opens')
    .option('--yes', 'consent without being asked')
    .action(action(host, updatePlugin))
  versionCommands(command, host)
  command
    .command('profile <plugin> [profile]')
    .description('Show the sandbox profiles there are, or move an installed plugin to another one.')
    .action(action(host, pluginProfile))
  command
    .command('logs <plugin>')
    .description('The last log lines of an installed plugin.')
    .option('--follow', 'go on with each new line until stopped')
    .option('--level <level>', 'least severe level: debug, info, warn or error', 'debug')
    .action(action(host, pluginLogs))
  command
    .command('inspect <plugin>')
    .description('Open an installed plugin for a debugger such as Chrome DevTools, on a host in developer mode.')
    .option('--end', 'end it; the plugin runs in its own sandbox again')
    .action(action(host, inspectPlugin))
  oversightCommands(command, host)
  command
    .command('remove <plugin>')
    .description('Remove an installed plugin with its storage.')
    .option('--yes', 'remove without being asked')
    .action(action(host, remove))
  command
    .command('publish <bundle>')
    .description('Check, sign, upload and release a packed plugin. `nexus publish` does all of it from sources.')
    .requiredOption('--publisher <id|file>', 'who signs: an id made by `nexus publisher create`, or its file')
    .option('--registry <url>', 'where to (NEXUS_REGISTRY_URL; else the registry of the host on this machine)')
    .action(action(host, publishPlugin))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('installations')
  const rows = items.map(({ pluginId, version, label, state, stateReason, notice, usage }) => [
    pluginId,
    version,
    label,
    state,
    String(usage.calls),
    stateReason?.code ?? notice?.kind ?? '',
  ])
  const lines = table([['Plugin', 'Version', 'Label', 'State', 'Calls', 'Reason'], ...rows])
  output.answer(
    items,
    items.length === 0 ? ['Nothing is installed. `nexus plugin install nexus/web` installs the first plugin.'] : lines,
  )
}

async function status({ connect, output, finishWith }: CommandContext, plugin: string): Promise<void> {
  const client = await connect()
  const { id } = await findInstallation(client, plugin)
  const detail = await client.call('installation', { params: { id } })
  const reason =
    detail.stateReason === undefined ? [] : [`  ${detail.stateReason.message} (${detail.stateReason.code})`]
  const tools = detail.upstreams.flatMap((upstream) =>
    upstream.tools.map((tool) => `  ${upstream.label}: ${tool.name}`),
  )
  output.answer(detail, [
    `${detail.pluginId} ${detail.version}: ${detail.state}${detail.enabled ? '' : ' (disabled)'}`,
    ...reason,
    ...noticeLines(detail),
    `Calls: ${detail.usage.calls}, errors: ${detail.usage.errors}, CPU: ${Math.round(detail.usage.cpuMs)} ms, heap: ${Math.round(detail.usage.heapBytes / 1024 ** 2)} MiB`,
    `Sandbox: ${sandboxText(detail.sandbox)}`,
    'Chain:',
    ...chainLines(detail.chain).map(visible),
    'May touch:',
    ...permissionLines(detail.permissions).map(visible),
    ...detail.upstreams.flatMap(processLines),
    ...(tools.length === 0 ? [] : ['Tools:', ...tools.map(visible)]),
    ...(detail.log.length === 0
      ? []
      : ['Log:', ...detail.log.slice(-10).map(({ at, level, message }) => visible(`  ${at} ${level} ${message}`))]),
  ])
  if (detail.enabled && detail.state !== 'active') finishWith(EXIT.failed)
}

/** What was said about its release since it was installed. */
function noticeLines({ notice, version }: InstallationDetail): readonly string[] {
  if (notice === undefined) return []
  const reason = notice.reason === '' ? 'no reason given' : notice.reason
  return [visible(`  ! ${version} was ${notice.kind} at ${notice.at}: ${reason}`)]
}

/** What is active around a running server, and what it uses. */
function processLines({ label, process: running }: InstallationDetail['upstreams'][number]): readonly string[] {
  if (running === undefined) return []
  const { containment, usage } = running
  const used =
    usage === undefined
      ? ''
      : `, ${usage.processes} processes, ${Math.round(usage.residentBytes / 1024 ** 2)} MiB, ${usage.cpuMs} ms CPU`
  return [
    `Process of ${label}: ${containment.level} (${containment.layers.join(', ')})${used}`,
    ...containment.missing.map((reason) => visible(`  ! ${reason}`)),
  ]
}

async function remove(context: CommandContext, plugin: string, options: { readonly yes?: boolean }): Promise<void> {
  const { output } = context
  const client = await context.connect()
  const { id, pluginId, label } = await findInstallation(client, plugin)
  await requireYes(context, options.yes, `Remove ${pluginId} (${label}) with everything it stored?`)
  await client.call('removeInstallation', { params: { id } })
  output.answer({ removed: id, pluginId }, [`Removed ${pluginId}.`])
}
