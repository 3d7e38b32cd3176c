import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { dataFolder } from '../credentials.ts'
import { cliError } from '../errors.ts'
import { findRegistryUrl } from '../registry-access.ts'

const REGISTRY = ['--registry <url>', 'the registry (NEXUS_REGISTRY_URL; else the one on this machine)'] as const

interface RegistryOption {
  readonly registry?: string
}

/** `nexus log …`: the transparency log of a registry, for everybody who wants to check it. */
export function logCommand(command: Command, host: CommandHost): void {
  command.description('The log of everything that happened in a registry: look at it, keep a copy, audit it.')
  command
    .command('show')
    .description('Show the newest entries, each checked.')
    .option(...REGISTRY)
    .option('--limit <count>', 'how many', '20')
    .option('--about <text>', 'only entries about this plugin, release or publisher')
    .action(action(host, show))
  command
    .command('export')
    .description('Write the whole log and the list of all releases into a file.')
    .requiredOption('--out <file>', 'a new file')
    .option(...REGISTRY)
    .action(action(host, exportAll))
  command
    .command('verify')
    .description(
      'Audit the whole log: every entry, every checkpoint, every release. Ends with 1 when anything is wrong.',
    )
    .option(...REGISTRY)
    .option('--file <export>', 'an export, without a network')
    .action(action(host, verify))
}

async function openLog({ environment }: CommandContext, given: string | undefined) {
  // Loaded only here: checking needs libraries that no other command does.
  const { openLogOf } = await import('../../install/log/index.ts')
  return openLogOf(await findRegistryUrl(given, environment))
}

interface ShowOptions extends RegistryOption {
  readonly limit: string
  readonly about?: string
}

async function show(context: CommandContext, options: ShowOptions): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1) throw cliError('CLI_USAGE', 'Expected --limit with a number from 1 on.')
  await using log = await openLog(context, options.registry)
  const { newestEntries } = await import('../../install/log/index.ts')
  const entries = await newestEntries(log, limit, options.about)
  const rows = entries.map(({ index, time, kind, about, detail }) => [
    String(index),
    time.slice(0, 19),
    kind,
    about,
    detail,
  ])
  context.output.answer(entries, table([['Entry', 'Time (UTC)', 'What', 'About', 'Detail'], ...rows]))
}

async function exportAll(context: CommandContext, options: RegistryOption & { readonly out: string }): Promise<void> {
  await using log = await openLog(context, options.registry)
  const { exportLog } = await import('../../install/log/index.ts')
  const counts = await exportLog(log, options.out)
  context.output.answer({ file: options.out, ...counts }, [
    `Wrote ${counts.entries} entries and ${counts.releases} releases to ${visible(options.out)}.`,
    `Audit it anywhere: nexus log verify --file ${visible(options.out)}`,
  ])
}

async function verify(context: CommandContext, options: RegistryOption & { readonly file?: string }): Promise<void> {
  const { auditLog, openLogExport, rememberedTrees } = await import('../../install/log/index.ts')
  await using stack = new AsyncDisposableStack()
  const log =
    options.file === undefined ? stack.use(await openLog(context, options.registry)) : await openLogExport(options.file)
  const known = await rememberedTrees(dataFolder(context.environment), log.identity)
  const report = await auditLog(log, known)
  context.output.answer({ ...report, remembered: known.length }, [
    `The log ${visible(report.origin)} holds: ${report.size} entries, root ${report.root}.`,
    `  ${report.checkpoints} checkpoints, each signed over exactly the entries before it`,
    `  ${report.releases} releases, each in the log with the bytes that are offered`,
    ...(known.length === 0 ? [] : ['  It goes on from the checkpoint that the host of this machine remembers.']),
  ])
}
