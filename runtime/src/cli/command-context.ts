import type { Command } from 'commander'
import { type ApiClient, createApiClient } from './api-client.ts'
import { type Console, type Output, createOutput } from './console.ts'
import { type ConnectionOptions, findCredentials } from './credentials.ts'

/** What a command works with. */
export interface CommandContext {
  readonly console: Console
  readonly environment: NodeJS.ProcessEnv
  readonly output: Output
  /** What the command line says of the host to talk to. */
  readonly connection: ConnectionOptions
  /** Finds out which host is meant; throws a coded error when there is none. */
  connect(): Promise<ApiClient>
  /** Sets the exit code of a command that answered, but with bad news. */
  finishWith(code: number): void
}

/** Everything about the process that a command line runs in. */
export interface CommandHost {
  readonly console: Console
  readonly environment: NodeJS.ProcessEnv
  finishWith(code: number): void
}

/** The options that every command takes. */
interface GlobalOptions extends ConnectionOptions {
  readonly json?: boolean
}

/** Binds an action to its context: Commander gives arguments, then options, then the command itself. */
export function action(
  host: CommandHost,
  run: (context: CommandContext, ...given: never[]) => Promise<void>,
): (this: Command, ...given: unknown[]) => Promise<void> {
  return async function (this: Command, ...given: unknown[]) {
    const options = this.optsWithGlobals<GlobalOptions>()
    const context: CommandContext = {
      ...host,
      output: createOutput(host.console, options.json === true),
      connection: { url: options.url, token: options.token, workspace: options.workspace },
      connect: async () => createApiClient(await findCredentials(options, host.environment)),
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Commander parsed them by the declaration beside each action
    await run(context, ...(given.slice(0, -1) as never[]))
  }
}
