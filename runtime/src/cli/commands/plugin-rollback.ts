import type { CommandContext } from '../command-context.ts'
import { cliError } from '../errors.ts'
import { followJob } from '../follow-job.ts'
import { findInstallation } from '../plugin-reference.ts'
import { requireYes } from '../prompt.ts'
import { updatePlanLines } from '../update-text.ts'

/** Goes back in one step. Asks only where the old version may more than the present one. */
export async function rollBackPlugin(
  context: CommandContext,
  plugin: string,
  version: string | undefined,
  options: { readonly yes?: boolean },
): Promise<void> {
  const { output, console } = context
  const client = await context.connect()
  const { id, pluginId, version: from } = await findInstallation(client, plugin)
  const { kept } = await client.call('installationUpdates', { params: { id } })
  const to = version ?? kept[0]
  if (to === undefined) {
    throw cliError('CLI_NOT_FOUND', `Expected a version that ran here before ${from}, found none.`)
  }
  const plan = await client.call('updatePlan', { params: { id }, query: { to } })
  const widens = plan.permissionChanges.some(({ change }) => change === 'wider')
  if (widens) {
    for (const line of updatePlanLines(plan)) output.note(line)
    await requireYes(context, options.yes, `Go back to ${to} with exactly these permissions?`)
  }
  const body = { version: to, ...(widens && { consentDigest: plan.consentDigest }) }
  await followJob(client, await client.call('rollBack', { params: { id }, body }), console, output)
  const back = await client.call('installation', { params: { id } })
  output.answer(back, [`Went back: ${pluginId} ${from} → ${back.version}: ${back.state}.`])
}
