import type { CommandContext } from '../command-context.ts'
import { findInstallation } from '../plugin-reference.ts'

/** Opens an installed plugin for a debugger, or with `--end` closes it again. */
export async function inspectPlugin(
  { connect, output }: CommandContext,
  plugin: string,
  options: { readonly end?: boolean },
): Promise<void> {
  const client = await connect()
  const { id, pluginId } = await findInstallation(client, plugin)
  if (options.end === true) {
    await client.call('endInspection', { params: { id } })
    output.answer({ ended: id }, [`${pluginId} runs in its own sandbox again.`])
    return
  }
  const address = await client.call('inspectInstallation', { params: { id } })
  output.answer(address, [
    `${pluginId} runs in a worker thread now, without limits of time, until \`nexus plugin inspect ${plugin} --end\`.`,
    'Open this in the address bar of Chrome:',
    `  ${address.devtoolsUrl}`,
    'Or give this to another debugger:',
    `  ${address.webSocketUrl}`,
  ])
}
