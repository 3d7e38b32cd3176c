import { errorCode } from '@nexus/plugin-api'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { findAccess } from '../connect/access.ts'
import { runBridge } from '../connect/bridge.ts'

interface ConnectOptions {
  readonly virtualServer?: string
  readonly tokenFile?: string
}

/** `nexus connect`: an MCP server on standard input and output, for clients that only start processes. */
export function connectCommand(command: Command, host: CommandHost): void {
  command
    .description('Be an MCP server on standard input and output that hands everything on to a running host.')
    .option('--virtual-server <name>', 'serve this virtual server instead of everything of the workspace')
    .option('--token-file <path>', 'file with the access token; read again when the token is refused')
    .action(action(host, connect))
}

async function connect({ console, environment, connection }: CommandContext, options: ConnectOptions): Promise<void> {
  const find = () => findAccess({ ...connection, ...options }, environment)
  // A mistake in the command line is told at once, not with the first message.
  await find().catch((error: unknown) => {
    if (errorCode(error) !== 'CLI_NO_HOST') throw error
  })
  await runBridge({
    console,
    find,
    note: (line) => void console.stderr.write(`nexus connect: ${visible(line)}\n`),
  })
}
