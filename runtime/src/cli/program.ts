import { Command, CommanderError } from 'commander'
import type { CommandHost } from './command-context.ts'
import { doctorCommand } from './commands/doctor.ts'
import { pluginCommand } from './commands/plugin.ts'
import { secretCommand } from './commands/secret.ts'
import { serverCommand } from './commands/server.ts'
import { startCommand } from './commands/start.ts'
import { tokenCommand } from './commands/token.ts'
import { verifyCommand } from './commands/verify.ts'
import { type Console, visible } from './console.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { errorJson, errorLines } from './error-text.ts'

/** Runs one command line and resolves to its exit code. Never rejects: an error is one clear sentence on standard error. */
export async function runCommandLine(
  args: readonly string[],
  console: Console,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  let exitCode: number = EXIT.ok
  const program = createProgram({
    console,
    environment,
    finishWith: (code) => {
      exitCode = code
    },
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has already said what is wrong with the command line; asking for help is not an error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const json = args.includes('--json')
    console.stderr.write(
      json ? `${JSON.stringify(errorJson(error))}\n` : `${errorLines(error).map(visible).join('\n')}\n`,
    )
    return exitCodeOf(error)
  }
}

function createProgram(host: CommandHost): Command {
  const program = new Command('nexus')
    .description('Runs and operates a Nexus host.')
    .option('--json', 'answer with one JSON document')
    .option('--url <url>', 'host to talk to (NEXUS_URL; else the one running on this machine)')
    .option('--token <token>', 'access token; better in NEXUS_TOKEN, where other users of the machine cannot see it')
    .option('--workspace <name>', 'workspace to act in (NEXUS_WORKSPACE; else your first one)')
    .configureOutput({
      writeOut: (text) => host.console.stdout.write(text),
      writeErr: (text) => host.console.stderr.write(text),
    })
    .showHelpAfterError('(add --help for what this command takes)')
    .exitOverride()
  const make = (name: string) => {
    // Made through the program, a command inherits where it writes and how it ends.
    const command = program.createCommand(name).copyInheritedSettings(program)
    program.addCommand(command)
    return command
  }
  startCommand(make('start'), host)
  pluginCommand(make('plugin'), host)
  serverCommand(make('server'), host)
  tokenCommand(make('token'), host)
  secretCommand(make('secret'), host)
  doctorCommand(make('doctor'), host)
  verifyCommand(make('verify'), host)
  return program
}
