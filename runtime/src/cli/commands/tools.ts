import { type Command, Option } from 'commander'
import type { DefinitionSetting, DefinitionView } from '../../contract/index.ts'
import type { ApiClient } from '../api-client.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { EXIT } from '../exit-code.ts'
import { findInstallation } from '../plugin-reference.ts'
import { addSearchCommands } from './tools-search.ts'

/** `nexus tools …`: what servers say of their tools, held until somebody agrees. */
export function toolsCommand(command: Command, host: CommandHost): void {
  command.description('Tools of the workspace: find them, and look at new and changed definitions.')
  addSearchCommands(command, host)
  command
    .command('held')
    .description('Definitions that wait for a person, with what changed.')
    .option('--short', 'names and flags only')
    .action(action(host, held))
  const decision = (name: 'approve' | 'reject', description: string) =>
    command
      .command(`${name} <server> [name...]`)
      .description(description)
      .option('--all', 'everything held of the server that nothing is flagged in')
      .option('--flagged', 'with --all: also what is flagged')
      .action(action(host, decide(name)))
  decision('approve', 'Offer definitions of a server (by its label) as they are held now.')
  decision('reject', 'Keep definitions of a server (by its label) back for good.')
  command
    .command('review <plugin>')
    .description('How changes of a plugin with servers are met; says so without options.')
    .addOption(new Option('--approval <mode>', 'hold every change, or only flagged ones').choices(['hold', 'auto']))
    .addOption(
      new Option('--changed <mode>', 'what clients get in place of a changed tool').choices(['old', 'withdrawn']),
    )
    .action(action(host, review))
}

const titleOf = ({ label, kind, name }: Pick<DefinitionView, 'label' | 'kind' | 'name'>): string =>
  kind === 'instructions' ? `${label}: instructions` : `${label}: ${kind} ${name}`

async function held({ connect, output }: CommandContext, options: { readonly short?: boolean }): Promise<void> {
  const view = await (await connect()).call('definitions')
  if (view.items.length === 0) return output.answer(view, ['Nothing is held.'])
  if (options.short === true) {
    const rows = view.items.map((item) => [
      item.label,
      item.kind,
      item.name,
      item.change,
      item.rejected ? 'rejected' : 'waits',
      item.flags.map(({ code }) => code).join(' '),
    ])
    return output.answer(view, table([['Server', 'Kind', 'Name', 'Change', 'State', 'Flags'], ...rows]))
  }
  const lines = view.items.flatMap((item) => ['', ...linesOf(item)]).slice(1)
  const rest = view.total - view.items.length
  output.answer(view, rest === 0 ? lines : [...lines, '', `${rest} more are held.`])
}

const MARKS = { same: ' ', removed: '-', added: '+' } as const

function linesOf(item: DefinitionView): readonly string[] {
  const state = item.rejected ? ', rejected' : ''
  const meanwhile = item.served === 'old' ? 'clients get the old one' : 'clients do not get it'
  return [
    visible(`${titleOf(item)} (${item.change}${state}; ${meanwhile})`),
    ...item.flags.map(({ code, path, found }) => visible(`  ! ${code} at ${path}: ${found}`)),
    ...item.diff.map(({ change, text }) => visible(`  ${MARKS[change]} ${text}`)),
  ]
}

interface DecideOptions {
  readonly all?: boolean
  readonly flagged?: boolean
}

function decide(verdict: 'approve' | 'reject') {
  return async (
    { connect, output, finishWith }: CommandContext,
    server: string,
    names: readonly string[],
    options: DecideOptions,
  ): Promise<void> => {
    const client = await connect()
    const chosen = await choose(client, server, names, options)
    const items = chosen.map(({ upstreamId, kind, name, digest }) => ({ upstreamId, kind, name, digest }))
    const answer = await client.call('decideDefinitions', { body: { verdict, items } })
    const done = verdict === 'approve' ? 'Approved' : 'Rejected'
    const refused = answer.refused.map(({ code, message }) => visible(`! ${message} (${code})`))
    output.answer(answer, [`${done} ${answer.decided} of ${items.length}.`, ...refused])
    if (answer.refused.length > 0) finishWith(EXIT.failed)
  }
}

/** What is held right now; the digests go along, so that only what was held when this was asked is decided. */
async function choose(
  client: ApiClient,
  server: string,
  names: readonly string[],
  { all = false, flagged = false }: DecideOptions,
): Promise<readonly DefinitionView[]> {
  if (all === names.length > 0) {
    throw cliError('CLI_USAGE', 'Expected names of definitions or --all, found neither or both.')
  }
  const { items } = await client.call('definitions')
  const own = items.filter(({ label, upstreamId }) => label === server || upstreamId === server)
  const chosen = all
    ? own.filter(({ flags, rejected }) => !rejected && (flagged || flags.length === 0))
    : names.flatMap((name) => {
        const found = own.filter((item) => item.name === name || (name === 'instructions' && item.kind === name))
        if (found.length > 0) return found
        throw cliError('CLI_NOT_FOUND', `Expected a held definition \`${name}\` of ${server}, found none.`)
      })
  if (chosen.length > 0) return chosen
  const problem = `Expected held definitions of ${server} that nothing is flagged in, found none.`
  throw cliError('CLI_NOT_FOUND', `${problem} \`nexus tools held --short\` lists all.`)
}

interface ReviewOptions {
  readonly approval?: DefinitionSetting['approval']
  readonly changed?: DefinitionSetting['served']
}

async function review({ connect, output }: CommandContext, plugin: string, options: ReviewOptions): Promise<void> {
  const client = await connect()
  const { id, label } = await findInstallation(client, plugin)
  const body = {
    ...(options.approval === undefined ? {} : { approval: options.approval }),
    ...(options.changed === undefined ? {} : { served: options.changed }),
  }
  const setting =
    Object.keys(body).length === 0
      ? await client.call('definitionSetting', { params: { id } })
      : await client.call('changeDefinitionSetting', { params: { id }, body })
  output.answer(setting, [
    setting.approval === 'hold'
      ? `${label}: every change waits for approval.`
      : `${label}: changes that nothing is flagged in are let through.`,
    setting.served === 'old'
      ? 'Meanwhile clients get the old definition.'
      : 'Meanwhile a changed tool is withdrawn from clients.',
  ])
}
