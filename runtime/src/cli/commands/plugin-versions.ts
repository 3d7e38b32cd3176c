import type { Command } from 'commander'
import type { UpdatesView } from '../../contract/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { findInstallation } from '../plugin-reference.ts'
import { changeCells, offerText, settingText, updatePlanLines } from '../update-text.ts'
import { rollBackPlugin } from './plugin-rollback.ts'

const MODES = ['off', 'patch', 'minor', 'channel'] as const

interface AutomaticOptions {
  readonly window?: string
  readonly minutes?: string
  readonly timeZone?: string
  readonly anyTime?: boolean
}

/** The part of `nexus plugin …` that is about versions: plans, channels, pins, history and the way back. */
export function versionCommands(command: Command, host: CommandHost): void {
  command
    .command('plan <plugin>')
    .description('Show everything that an update would change, without doing it.')
    .option('--to <version|channel>', 'the newest of its channel by default')
    .action(action(host, planPlugin))
  command
    .command('versions <plugin>')
    .description('How it comes by updates, what waits, its history, and the versions it can go back to.')
    .action(action(host, showVersions))
  command
    .command('channel <plugin> [channel]')
    .description('Show the channels of an installed plugin, or follow another one.')
    .action(action(host, followChannel))
  command
    .command('automatic <plugin> <mode>')
    .description('Take updates without asking: off, patch, minor, or channel for whatever the channel points at.')
    .option('--window <cron>', 'only from these times on: five fields, as in crontab(5)')
    .option('--minutes <minutes>', 'how long a window stays open', '60')
    .option('--time-zone <name>', 'time zone of the window, for example Europe/Berlin; UTC by default')
    .option('--any-time', 'take the window away')
    .action(action(host, setAutomatic))
  command
    .command('pin <plugin>')
    .description('Keep the present version: nothing moves it, until it is unpinned.')
    .action(action(host, pin(true)))
  command
    .command('unpin <plugin>')
    .description('Let the version move again.')
    .action(action(host, pin(false)))
  command
    .command('decline <plugin> <version>')
    .description('Keep the present version and do not offer this release again.')
    .action(action(host, declineRelease))
  command
    .command('rollback <plugin> [version]')
    .description('Go back to the version before, or to a kept one, with the settings it ran with.')
    .option('--yes', 'consent without being asked, where the old version may more')
    .action(action(host, rollBackPlugin))
  command
    .command('second-approver [state]')
    .description('Show or set (on, off) whether updates that widen need the consent of two people.')
    .action(action(host, secondApprover))
}

async function planPlugin({ connect, output }: CommandContext, plugin: string, { to }: { readonly to?: string }) {
  const client = await connect()
  const { id } = await findInstallation(client, plugin)
  const query = to === undefined ? {} : { to }
  const plan = await client.call('updatePlan', { params: { id }, query })
  output.answer(plan, updatePlanLines(plan))
}

async function showVersions({ connect, output }: CommandContext, plugin: string): Promise<void> {
  const client = await connect()
  const { id, pluginId } = await findInstallation(client, plugin)
  const view = await client.call('installationUpdates', { params: { id } })
  output.answer(view, [
    `${pluginId} ${view.version}: ${settingText(view.setting)}`,
    ...(view.offer === undefined ? [] : [`Offered: ${offerText(view.offer)}`]),
    `Can go back to: ${view.kept.join(', ') || 'none'}`,
    ...(view.history.length === 0
      ? []
      : table([['When', 'Version', 'Why', 'Who', 'Outcome', 'Reason'], ...view.history.map(changeCells)])),
  ])
}

async function followChannel(context: CommandContext, plugin: string, channel: string | undefined): Promise<void> {
  const client = await context.connect()
  const { id } = await findInstallation(client, plugin)
  const view = await client.call('installationUpdates', { params: { id } })
  if (channel === undefined) {
    const rows = Object.entries(view.channels).map(([name, version]) => [
      name === view.setting.channel ? `${name} *` : name,
      version,
    ])
    context.output.answer(
      view.channels,
      rows.length === 0 ? ['No channels are known.'] : table([['Channel', 'Version'], ...rows]),
    )
    return
  }
  if (Object.keys(view.channels).length > 0 && view.channels[channel] === undefined) {
    throw cliError(
      'CLI_NOT_FOUND',
      `Expected a channel of the plugin, found ${JSON.stringify(channel)}. It has: ${Object.keys(view.channels).join(', ')}.`,
    )
  }
  tell(context, plugin, await client.call('changeUpdateSetting', { params: { id }, body: { channel } }))
}

async function setAutomatic(
  context: CommandContext,
  plugin: string,
  mode: string,
  options: AutomaticOptions,
): Promise<void> {
  const known = MODES.find((one) => one === mode)
  if (known === undefined) {
    throw cliError('CLI_USAGE', `Expected ${MODES.join(', ')}, found ${JSON.stringify(mode)}.`)
  }
  const client = await context.connect()
  const { id } = await findInstallation(client, plugin)
  const body = { mode: known, ...windowOf(options) }
  tell(context, plugin, await client.call('changeUpdateSetting', { params: { id }, body }))
}

function windowOf({ window: cron, minutes, timeZone, anyTime }: AutomaticOptions) {
  if (anyTime === true) return { window: null }
  if (cron === undefined) return {}
  const long = Number(minutes)
  if (!Number.isInteger(long)) {
    throw cliError('CLI_USAGE', `Expected --minutes to be a whole number, found ${JSON.stringify(minutes)}.`)
  }
  return { window: { cron, minutes: long, ...(timeZone !== undefined && { timeZone }) } }
}

function pin(pinned: boolean) {
  return async (context: CommandContext, plugin: string): Promise<void> => {
    const client = await context.connect()
    const { id } = await findInstallation(client, plugin)
    tell(context, plugin, await client.call('changeUpdateSetting', { params: { id }, body: { pinned } }))
  }
}

async function declineRelease(context: CommandContext, plugin: string, version: string): Promise<void> {
  const client = await context.connect()
  const { id } = await findInstallation(client, plugin)
  const view = await client.call('declineUpdate', { params: { id }, body: { version } })
  context.output.answer(view, [visible(`${plugin} stays at ${view.version}; ${version} is not offered again.`)])
}

async function secondApprover({ connect, output }: CommandContext, state: string | undefined): Promise<void> {
  if (state !== undefined && state !== 'on' && state !== 'off') {
    throw cliError('CLI_USAGE', `Expected on or off, found ${JSON.stringify(state)}.`)
  }
  const client = await connect()
  const policy =
    state === undefined
      ? await client.call('updatePolicy')
      : await client.call('changeUpdatePolicy', { body: { secondApprover: state === 'on' } })
  output.answer(policy, [
    policy.secondApprover
      ? 'Updates that widen need the consent of two people.'
      : 'Updates that widen need the consent of one person.',
  ])
}

function tell({ output }: CommandContext, plugin: string, view: UpdatesView): void {
  output.answer(view, [visible(`${plugin} ${view.version}: ${settingText(view.setting)}.`)])
}
