import type { InstallationDetail } from '../../contract/index.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { findInstallation } from '../plugin-reference.ts'

/** `nexus plugin restart` */
export async function restartPlugin(context: CommandContext, plugin: string): Promise<void> {
  const client = await context.connect()
  const { id } = await findInstallation(client, plugin)
  tell(context, await client.call('restartInstallation', { params: { id } }))
}

/** `nexus plugin release` */
export async function releasePlugin(context: CommandContext, plugin: string): Promise<void> {
  const client = await context.connect()
  const { id } = await findInstallation(client, plugin)
  tell(context, await client.call('releaseInstallation', { params: { id } }))
}

function tell({ output, finishWith }: CommandContext, detail: InstallationDetail): void {
  const { pluginId, state, stateReason } = detail
  const reason = stateReason === undefined ? '' : `: ${stateReason.message} (${stateReason.code})`
  output.answer(detail, [`${pluginId} is ${state}${reason}`])
  if (state !== 'active') finishWith(EXIT.failed)
}
