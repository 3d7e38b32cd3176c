import type { GrantsView } from '../../contract/index.ts'
import type { CommandContext } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { findInstallation } from '../plugin-reference.ts'
import { requireYes } from '../prompt.ts'

interface UnusedOptions {
  readonly days: string
  readonly withhold?: boolean
  readonly restore?: boolean
  readonly yes?: boolean
}

/** `nexus plugin unused` */
export async function pluginUnused(context: CommandContext, plugin: string, options: UnusedOptions): Promise<void> {
  const { days, withhold, restore, yes } = options
  if (withhold === true && restore === true)
    throw cliError('CLI_USAGE', 'Expected --withhold or --restore, found both.')
  const client = await context.connect()
  const { id, pluginId } = await findInstallation(client, plugin)
  const request = { params: { id }, query: { days } }
  const view = await client.call('installationGrants', request)
  const wanted = restore === true ? 'withheld' : 'unused'
  const grants = view.grants
    .filter(({ state }) => state === wanted)
    .map(({ family, name, verb }) => ({ family, name, verb }))
  if ((withhold !== true && restore !== true) || grants.length === 0) {
    context.output.answer(view, linesOf(pluginId, view))
    return
  }
  if (withhold === true) {
    const list = grants.map(({ verb, name }) => visible(`${verb} ${name}`)).join(', ')
    await requireYes(context, yes, `Take back from ${pluginId}: ${list}?`)
  }
  const route = withhold === true ? 'withholdGrants' : 'restoreGrants'
  const changed = await client.call(route, { ...request, body: { grants } })
  context.output.answer(changed, linesOf(pluginId, changed))
}

function linesOf(pluginId: string, { days, measuredSince, measuredDays, grants }: GrantsView): readonly string[] {
  if (grants.length === 0) return [`Nothing is granted to ${pluginId}.`]
  const rows = grants.map((grant) => [
    grant.state,
    `${grant.family} ${grant.verb} ${grant.name}`,
    String(grant.uses),
    grant.lastUsedAt ?? 'never',
  ])
  return [
    ...table([['State', 'Granted', 'Uses', 'Last used'], ...rows]),
    ...(measuredDays < days
      ? [
          `Only ${measuredDays} of ${days} days were measured, since ${measuredSince ?? 'never'}: what is not used yet may still be needed.`,
        ]
      : []),
  ]
}
