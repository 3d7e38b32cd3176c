import type { UpdatePlan } from '../../contract/index.ts'
import type { ApiClient } from '../api-client.ts'
import type { CommandContext } from '../command-context.ts'
import { parseConfigArguments } from '../config-arguments.ts'
import { cliError } from '../errors.ts'
import { followJob } from '../follow-job.ts'
import { findInstallation } from '../plugin-reference.ts'
import { requireYes } from '../prompt.ts'
import { offerText, updatePlanLines } from '../update-text.ts'

interface UpdateOptions {
  readonly config: readonly string[]
  readonly yes?: boolean
  readonly at?: string
  readonly inWindow?: boolean
}

/** Shows everything that an update would change, asks, and watches the swap to its end; or leaves it for its time. */
export async function updatePlugin(context: CommandContext, text: string, options: UpdateOptions): Promise<void> {
  const { output, console } = context
  const [plugin = '', to, ...rest] = text.split('@')
  if (rest.length > 0 || to === '') {
    throw cliError('CLI_USAGE', `Expected a plugin, or plugin@version, found ${JSON.stringify(text)}.`)
  }
  const client = await context.connect()
  const { id, pluginId } = await findInstallation(client, plugin)
  const { plan, config } = await planWithConfig(client, id, to, options.config)
  for (const line of updatePlanLines(plan)) output.note(line)
  if (plan.configErrors.length > 0) {
    throw cliError('CLI_USAGE', 'Expected settings that the release can use. Give them with --config name=value.', {
      details: { errors: plan.configErrors },
    })
  }
  await requireYes(context, options.yes, `Update ${pluginId} to ${plan.version} with exactly these permissions?`)
  const params = { id }
  const body = { version: plan.version, consentDigest: plan.consentDigest, config, when: timeOf(options) }
  const approved = await client.call('approveUpdate', { params, body })
  if (approved.job === undefined) {
    const { offer } = approved
    const waits = approved.outcome === 'scheduled' ? 'It is done at its time' : 'Somebody else has to approve it too'
    output.answer(approved, [`${waits}: ${offer === undefined ? plan.version : offerText(offer)}`])
    return
  }
  await followJob(client, approved.job, console, output)
  const updated = await client.call('installation', { params })
  output.answer(updated, [
    `Updated ${pluginId} to ${updated.version}: ${updated.state}. It goes back by itself if it fails within a minute.`,
  ])
}

/** The first plan tells the types of the settings; with settings given, the second one is what consent is about. */
async function planWithConfig(
  client: ApiClient,
  id: string,
  to: string | undefined,
  written: readonly string[],
): Promise<{ readonly plan: UpdatePlan; readonly config: Record<string, unknown> }> {
  const params = { id }
  const first = await client.call('planUpdate', { params, body: to === undefined ? {} : { version: to } })
  if (written.length === 0) return { plan: first, config: {} }
  const config = parseConfigArguments(written, first.config)
  return { plan: await client.call('planUpdate', { params, body: { version: first.version, config } }), config }
}

function timeOf({ at, inWindow }: UpdateOptions) {
  if (inWindow === true) return 'window' as const
  if (at === undefined) return 'now' as const
  const instant = new Date(at)
  if (!Number.isNaN(instant.getTime())) return { at: instant.toISOString() }
  throw cliError('CLI_USAGE', `Expected --at to be a time such as 2026-12-24T03:00:00Z, found ${JSON.stringify(at)}.`)
}
