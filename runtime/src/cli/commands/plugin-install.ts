import type { InstallPlan } from '../../contract/index.ts'
import type { ApiClient } from '../api-client.ts'
import type { CommandContext } from '../command-context.ts'
import { chainLines, permissionLines, sandboxText } from '../chain-text.ts'
import { parseConfigArguments } from '../config-arguments.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { followJob } from '../follow-job.ts'
import { type PluginReference, parsePluginReference } from '../plugin-reference.ts'
import { requireYes } from '../prompt.ts'

interface InstallOptions {
  readonly config: readonly string[]
  readonly allowPrivate: readonly string[]
  readonly label?: string
  readonly profile?: string
  readonly yes?: boolean
}

/** Plans, shows what would be granted, asks, and watches the installation to its end. */
export async function installPlugin(context: CommandContext, text: string, options: InstallOptions): Promise<void> {
  const client = await context.connect()
  const { plan, config } = await planWithConfig(client, parsePluginReference(text), options)
  await installPlanned(context, client, { plan, config }, options)
}

/** Shows what a plan would grant, asks, and watches the installation to its end. */
export async function installPlanned(
  context: CommandContext,
  client: ApiClient,
  { plan, config }: { readonly plan: InstallPlan; readonly config: Readonly<Record<string, unknown>> },
  options: Omit<InstallOptions, 'config'>,
): Promise<void> {
  const { output, console } = context
  for (const line of planLines(plan)) output.note(visible(line))
  if (plan.configErrors.length > 0) {
    throw cliError('CLI_USAGE', 'Expected settings that the plugin can use. Give them with --config name=value.', {
      details: { errors: plan.configErrors },
    })
  }
  await requireYes(context, options.yes, 'Install it with exactly these permissions?')
  const job = await client.call('install', {
    body: {
      pluginId: plan.pluginId,
      version: plan.version,
      consentDigest: plan.consentDigest,
      config,
      profile: plan.sandbox.profile,
      allowPrivateAddresses: options.allowPrivate,
      ...(options.label !== undefined && { label: options.label }),
    },
  })
  const installationId = await followJob(client, job, console, output)
  const installed = await client.call('installation', { params: { id: installationId } })
  output.answer(installed, [`Installed ${plan.pluginId} ${plan.version}: ${installed.state}.`])
}

/** The first plan tells the types of the settings; with settings given, the second one is what consent is about. */
async function planWithConfig(
  client: ApiClient,
  { pluginId, version }: PluginReference,
  { config: written, profile }: Pick<InstallOptions, 'config' | 'profile'>,
) {
  const body = { pluginId, ...(version !== undefined && { version }), ...(profile !== undefined && { profile }) }
  const first = await client.call('planInstall', { body })
  if (written.length === 0) return { plan: first, config: {} }
  const config = parseConfigArguments(written, first.config)
  return { plan: await client.call('planInstall', { body: { ...body, version: first.version, config } }), config }
}

function planLines(plan: InstallPlan): readonly string[] {
  return [
    `${plan.pluginId} ${plan.version}`,
    'Chain:',
    ...chainLines(plan.chain),
    ...(plan.newSigner ? ['  ! This publisher has not been installed here before: its key will be remembered.'] : []),
    ...plan.policy.map(({ message }) => `  ! Refused by the policy of this host: ${message}`),
    `Sandbox: ${sandboxText(plan.sandbox)}`,
    ...(plan.sandbox.allowed
      ? []
      : [`  ! ${publisherOf(plan)} is not trusted with worker threads: installing will be refused.`]),
    'May touch:',
    ...permissionLines(plan.permissions),
  ]
}

function publisherOf({ pluginId }: InstallPlan): string {
  return pluginId.split('/')[0] ?? pluginId
}
