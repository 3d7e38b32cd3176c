import { Command, CommanderError } from 'commander'
import type { CommandHost } from './command-context.ts'
import { advisoryCommand } from './commands/advisory.ts'
import { approvalCommand } from './commands/approval.ts'
import { connectCommand } from './commands/connect.ts'
import { cacheCommand } from './commands/cache.ts'
import { doctorCommand } from './commands/doctor.ts'
import { initCommand } from './commands/init.ts'
import { devCommand } from './commands/dev.ts'
import { inspectCommand } from './commands/inspect.ts'
import { keyCommand } from './commands/key.ts'
import { ownerCommand } from './commands/owner.ts'
import { logCommand } from './commands/log.ts'
import { mirrorCommand } from './commands/mirror.ts'
import { packCommand } from './commands/pack.ts'
import { pluginCommand } from './commands/plugin.ts'
import { publishCommand } from './commands/publish.ts'
import { publisherCommand } from './commands/publisher.ts'
import { registryCommand } from './commands/registry.ts'
import { deprecateCommand, revokeCommand, yankCommand } from './commands/release.ts'
import { rolloutCommand } from './commands/rollout.ts'
import { secretCommand } from './commands/secret.ts'
import { importCommand } from './commands/import.ts'
import { moderationCommand } from './commands/moderation.ts'
import { reviewCommand } from './commands/review.ts'
import { serverCommand } from './commands/server.ts'
import { signCommand } from './commands/sign.ts'
import { startCommand } from './commands/start.ts'
import { testCommand } from './commands/test.ts'
import { statisticsCommand } from './commands/statistics.ts'
import { tokenCommand } from './commands/token.ts'
import { upstreamCommand } from './commands/upstream.ts'
import { webhookCommand } from './commands/webhook.ts'
import { workspaceCommand } from './commands/workspace.ts'
import { toolsCommand } from './commands/tools.ts'
import { trustCommand } from './commands/trust.ts'
import { typesCommand } from './commands/types.ts'
import { verifyCommand } from './commands/verify.ts'
import { type Console, visible } from './console.ts'
import { cliError } from './errors.ts'
import { EXIT, exitCodeOf } from './exit-code.ts'
import { errorJson, errorLines } from './error-text.ts'

/** Runs one command line and resolves to its exit code. Never rejects: an error is one clear sentence on standard error. */
export async function runCommandLine(
  args: readonly string[],
  console: Console,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  let exitCode: number = EXIT.ok
  const json = args.includes('--json')
  const program = createProgram(json, {
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
    if (error instanceof CommanderError) {
      // Asking for help is not an error.
      if (error.exitCode === 0) return EXIT.ok
      // Commander has already told people what is wrong with the command line.
      if (json) console.stderr.write(`${JSON.stringify(errorJson(usageError(error)))}\n`)
      return EXIT.usage
    }
    console.stderr.write(
      json ? `${JSON.stringify(errorJson(error))}\n` : `${errorLines(error).map(visible).join('\n')}\n`,
    )
    return exitCodeOf(error)
  }
}

function usageError({ code, message }: CommanderError): Error {
  const found = code === 'commander.help' ? 'none' : message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
  return cliError('CLI_USAGE', `Expected a complete command, found: ${found}. Add --help for what there is.`)
}

function createProgram(json: boolean, host: CommandHost): Command {
  const program = new Command('nexus')
    .description('Runs and operates a Nexus host.')
    .option('--json', 'answer with one JSON document')
    .option('--url <url>', 'host to talk to (NEXUS_URL; else the one running on this machine)')
    .option('--token <token>', 'access token; better in NEXUS_TOKEN, where other users of the machine cannot see it')
    .option('--workspace <name>', 'workspace to act in (NEXUS_WORKSPACE; else your first one)')
    .configureOutput({
      writeOut: (text) => host.console.stdout.write(text),
      writeErr: (text) => void (json || host.console.stderr.write(text)),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what this command takes)')
    .exitOverride()
  const make = (name: string) => {
    // Made through the program, a command inherits where it writes and how it ends.
    const command = program.createCommand(name).copyInheritedSettings(program)
    program.addCommand(command)
    return command
  }
  startCommand(make('start'), host)
  initCommand(make('init'), host)
  typesCommand(make('types'), host)
  devCommand(make('dev'), host)
  testCommand(make('test'), host)
  packCommand(make('pack'), host)
  inspectCommand(make('inspect'), host)
  signCommand(make('sign'), host)
  publishCommand(make('publish'), host)
  deprecateCommand(make('deprecate'), host)
  yankCommand(make('yank'), host)
  rolloutCommand(make('rollout'), host)
  revokeCommand(make('revoke'), host)
  ownerCommand(make('owner'), host)
  keyCommand(make('key'), host)
  pluginCommand(make('plugin'), host)
  publisherCommand(make('publisher'), host)
  logCommand(make('log'), host)
  mirrorCommand(make('mirror'), host)
  registryCommand(make('registry'), host)
  importCommand(make('import'), host)
  reviewCommand(make('review'), host)
  moderationCommand(make('moderation'), host)
  advisoryCommand(make('advisory'), host)
  statisticsCommand(make('statistics'), host)
  webhookCommand(make('webhook'), host)
  serverCommand(make('server'), host)
  upstreamCommand(make('upstream'), host)
  tokenCommand(make('token'), host)
  secretCommand(make('secret'), host)
  connectCommand(make('connect'), host)
  workspaceCommand(make('workspace'), host)
  approvalCommand(make('approval'), host)
  toolsCommand(make('tools'), host)
  cacheCommand(make('cache'), host)
  doctorCommand(make('doctor'), host)
  trustCommand(make('trust'), host)
  verifyCommand(make('verify'), host)
  return program
}
