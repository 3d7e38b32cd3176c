import type { CommandContext } from '../command-context.ts'
import { sandboxText } from '../chain-text.ts'
import { table } from '../console.ts'
import { findInstallation } from '../plugin-reference.ts'

/** Shows the profiles that can be chosen, or moves an installed plugin to one of them. */
export async function pluginProfile(
  { connect, output }: CommandContext,
  plugin: string,
  profile: string | undefined,
): Promise<void> {
  const client = await connect()
  const { id, pluginId } = await findInstallation(client, plugin)
  if (profile !== undefined) {
    const { sandbox } = await client.call('changeInstallation', { params: { id }, body: { profile } })
    output.answer(sandbox, [`${pluginId} runs in ${sandboxText(sandbox)}`])
    return
  }
  const { sandbox } = await client.call('installation', { params: { id } })
  const { items } = await client.call('sandboxProfiles')
  const choices = items.filter(({ tier }) => tier !== 'process')
  const rows = choices.map(({ name, tier, memoryMb, cpuMsPerCall, description }) => [
    name === sandbox.profile ? `${name} *` : name,
    tier,
    `${memoryMb} MiB`,
    `${cpuMsPerCall} ms`,
    description,
  ])
  output.answer(choices, table([['Profile', 'Tier', 'Memory', 'CPU per call', ''], ...rows]))
}
