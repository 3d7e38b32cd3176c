import type { ApprovalView } from '../../contract/index.ts'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'

/** `nexus approval …`: calls that wait for a person. */
export function approvalCommand(command: Command, host: CommandHost): void {
  command.description('Calls that wait for approval: look at them, approve or deny them.')
  command.command('list').description('Calls that you may decide or have asked for.').action(action(host, list))
  command
    .command('show <id>')
    .description('One call with its arguments; what looks like a secret is masked.')
    .action(action(host, show))
  command
    .command('approve <id>')
    .description('Let the call run once.')
    .option('--note <text>', 'why; kept in the audit trail')
    .action(action(host, decide('approve')))
  command
    .command('deny <id>')
    .description('Do not let the call run.')
    .option('--note <text>', 'why; kept in the audit trail and told to the caller')
    .action(action(host, decide('deny')))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('approvals')
  const rows = items.map((item) => [
    item.id,
    item.state,
    item.caller,
    `${item.pluginId}:${item.name}`,
    leftOf(item),
    item.mayDecide ? 'you may decide' : '',
  ])
  output.answer(
    items,
    items.length === 0 ? ['Nothing waits for you.'] : table([['Id', 'State', 'Caller', 'What', 'Left', ''], ...rows]),
  )
}

async function show({ connect, output }: CommandContext, id: string): Promise<void> {
  const item = await (await connect()).call('approval', { params: { id } })
  const { virtualServer, via, note, decidedBy } = item
  const facts: readonly (readonly [string, string | null])[] = [
    ['State', item.state],
    ['Caller', `${item.caller} (${item.principalId})`],
    ['Calls', `${item.pluginId}:${item.name} (${item.kind})`],
    ['Through', via],
    ['Server', virtualServer],
    [
      'Says of itself',
      Object.entries(item.annotations)
        .map(([hint, is]) => `${hint}=${is}`)
        .join(' ') || null,
    ],
    ['Why it waits', item.reason],
    ['Rules', item.rules.join(' ')],
    ['Left', leftOf(item)],
    ['Decided by', decidedBy],
    ['Note', note],
  ]
  const lines = table(facts.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
  output.answer(item, [...lines, '', ...item.arguments.split('\n').map(visible)])
}

function decide(verdict: 'approve' | 'deny') {
  return async ({ connect, output }: CommandContext, id: string, { note }: { readonly note?: string }) => {
    const body = { verdict, ...(note !== undefined && { note }) }
    const item = await (await connect()).call('decideApproval', { params: { id }, body })
    const done = verdict === 'approve' ? 'Approved' : 'Denied'
    output.answer(item, [visible(`${done} ${item.pluginId}:${item.name} for ${item.caller}.`)])
  }
}

/** Time left in whole units, for people. */
function leftOf({ expiresAt }: ApprovalView): string {
  const seconds = Math.max(0, Math.round((Date.parse(expiresAt) - Date.now()) / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
