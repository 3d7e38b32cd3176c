import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'

/** `nexus start`: runs the host in this process until it is told to stop. */
export function startCommand(command: Command, host: CommandHost): void {
  command
    .description(
      'Run the host here until Ctrl-C. Its settings come from the environment and config.yaml; see the README.',
    )
    .option('--developer', 'developer mode: debuggers may attach to plugins; only on loopback')
    .action(action(host, start))
}

async function start(
  { environment, output }: CommandContext,
  { developer = false }: { readonly developer?: boolean },
): Promise<void> {
  // Loaded only here: every other command talks to a running host and needs nothing of it.
  const { startHost } = await import('../../main.ts')
  await startHost({
    ...environment,
    ...(output.json && { NEXUS_JSON: '1' }),
    ...(developer && { NEXUS_DEVELOPER_MODE: '1' }),
  })
}
