import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { parsePluginReference } from '../plugin-reference.ts'
import { type RegistryOptions, openOwnerSession } from '../registry-session.ts'

/** `nexus statistics …`: how much plugins are used, and whether this host counts. */
export function statisticsCommand(command: Command, host: CommandHost): void {
  command.description('How much plugins are used, and whether this host takes part in counting.')
  command
    .command('show <plugin>')
    .description('Downloads and installations by day, and versions in use.')
    .action(action(host, show))
  command
    .command('trending')
    .description('Plugins that are downloaded more than they used to be.')
    .action(action(host, trending))
  command
    .command('publisher <id>')
    .description('All plugins of a publisher that is yours.')
    .option('--registry <url>', 'registry')
    .option('--otp <code>', 'code of the second factor')
    .action(action(host, publisher))
  command.command('status').description('Whether this host counts its installations.').action(action(host, status))
  command
    .command('on')
    .description('Count installations: numbers once a day, nothing else.')
    .action(action(host, (context) => choose(context, true)))
  command
    .command('off')
    .description('Do not count installations.')
    .action(action(host, (context) => choose(context, false)))
}

async function show({ connect, output }: CommandContext, text: string): Promise<void> {
  const [publisherId = '', name = ''] = parsePluginReference(text).pluginId.split('/')
  const found = await (await connect()).call('pluginStatistics', { params: { publisher: publisherId, name } })
  const { downloads, installations, versions } = found
  const days = downloads.days.map(({ day, count }) => [day, String(count)])
  output.answer(found, [
    `${downloads.total} downloads, ${installations.latest} installations now`,
    ...versions.map((one) => `  ${one.version}: ${one.installations} (${Math.round(one.share * 100)} %)`),
    ...(days.length === 0 ? [] : table([['Day', 'Downloads'], ...days])),
  ])
}

async function trending({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('trending')
  const rows = items.map(({ plugin, downloads, before }) => [plugin, String(downloads), String(before)])
  output.answer(
    items,
    rows.length === 0 ? ['Nothing stands out.'] : table([['Plugin', 'This week', 'Usual week'], ...rows]),
  )
}

async function publisher(context: CommandContext, id: string, options: RegistryOptions): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const found = await session.call('publisherStatistics', { params: { publisher: id } })
  const rows = found.plugins.map(({ plugin, downloads, installations, rating }) => [
    plugin,
    String(downloads.total),
    String(installations.latest),
    rating.count === 0 ? '-' : `${rating.average} (${rating.count})`,
  ])
  context.output.answer(found, table([['Plugin', 'Downloads', 'Installations', 'Rating'], ...rows]))
}

async function status({ connect, output }: CommandContext): Promise<void> {
  const settings = await (await connect()).call('marketplaceSettings')
  const last = settings.lastReport === undefined ? 'not yet' : `last on ${settings.lastReport}`
  output.answer(settings, [settings.statistics ? `Counted, ${last}.` : 'Not counted.'])
}

async function choose({ connect, output }: CommandContext, statistics: boolean): Promise<void> {
  const settings = await (await connect()).call('changeMarketplaceSettings', { body: { statistics } })
  output.answer(settings, [settings.statistics ? 'Counted from now on.' : 'Not counted any more.'])
}
