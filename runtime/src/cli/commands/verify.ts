import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { chainLines } from '../chain-text.ts'
import { visible } from '../console.ts'
import { EXIT } from '../exit-code.ts'
import { parsePluginReference } from '../plugin-reference.ts'

/** `nexus verify`: the chain of a release, checked by the host anew. */
export function verifyCommand(command: Command, host: CommandHost): void {
  command
    .argument('<plugin>', '`publisher/name` or `publisher/name@version`')
    .description('Show the chain from publisher to bytes, as the host checks it. Ends with 1 when it does not hold.')
    .action(action(host, verify))
}

async function verify({ connect, output, finishWith }: CommandContext, text: string): Promise<void> {
  const { pluginId, version } = parsePluginReference(text)
  const [publisher = '', name = ''] = pluginId.split('/')
  const found = await (await connect()).call('marketplacePlugin', { params: { publisher, name }, query: { version } })
  const { verified, bundleDigest, chain } = found
  output.answer({ pluginId, version: found.version, bundleDigest, verified, chain }, [
    `${pluginId} ${found.version}: ${verified ? 'verified' : 'NOT verified'}`,
    `  ${bundleDigest}`,
    ...chainLines(chain).map(visible),
  ])
  if (!verified) finishWith(EXIT.failed)
}
