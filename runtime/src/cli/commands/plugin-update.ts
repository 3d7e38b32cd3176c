import type { CommandContext } from '../command-context.ts'
import { chainLines, permissionLines } from '../chain-text.ts'
import { parseConfigArguments } from '../config-arguments.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { followJob } from '../follow-job.ts'
import { findInstallation, parsePluginReference } from '../plugin-reference.ts'
import { requireYes } from '../prompt.ts'

interface UpdateOptions {
  readonly config: readonly string[]
  readonly yes?: boolean
}

/** Plans an update of an installed plugin, shows what it would be granted, asks, and watches the swap to its end. */
export async function updatePlugin(context: CommandContext, text: string, options: UpdateOptions): Promise<void> {
  const { output, console } = context
  const { pluginId, version } = text.includes('@') ? parsePluginReference(text) : { pluginId: text, version: undefined }
  const client = await context.connect()
  const installed = await findInstallation(client, pluginId)
  const params = { id: installed.id }
  const body = version === undefined ? {} : { version }
  const first = await client.call('planUpdate', { params, body })
  const config = parseConfigArguments(options.config, first.config)
  const plan =
    options.config.length === 0
      ? first
      : await client.call('planUpdate', { params, body: { version: first.version, config } })
  const before = await client.call('installation', { params })
  const had = new Set(permissionLines(before.permissions))
  output.note(visible(`${plan.pluginId} ${installed.version} → ${plan.version}`))
  for (const line of ['Chain:', ...chainLines(plan.chain), 'May touch (+ is new):']) output.note(visible(line))
  for (const line of permissionLines(plan.permissions)) output.note(visible(`${had.has(line) ? ' ' : '+'}${line}`))
  if (plan.configErrors.length > 0) {
    throw cliError('CLI_USAGE', 'Expected settings that the release can use. Give them with --config name=value.', {
      details: { errors: plan.configErrors },
    })
  }
  await requireYes(context, options.yes, `Update ${plan.pluginId} to ${plan.version} with exactly these permissions?`)
  const { consentDigest } = plan
  const job = await client.call('updateInstallation', {
    params,
    body: { version: plan.version, consentDigest, config },
  })
  await followJob(client, job, console, output)
  const updated = await client.call('installation', { params })
  output.answer(updated, [
    `Updated ${plan.pluginId} to ${updated.version}: ${updated.state}. It goes back by itself if it fails within a minute.`,
  ])
}
