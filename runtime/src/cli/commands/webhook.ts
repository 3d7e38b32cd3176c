import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'
import { type RegistryOptions, openOwnerSession } from '../registry-session.ts'

/** `nexus webhook …`: signed messages to a publisher about what happens to what is theirs. */
export function webhookCommand(command: Command, host: CommandHost): void {
  command.description('Signed messages to a publisher, as Standard Webhooks describes them.')
  const add = (usage: string, text: string) =>
    command
      .command(usage)
      .description(text)
      .requiredOption('--publisher <id>', 'whose webhooks')
      .option('--registry <url>', 'registry')
      .option('--otp <code>', 'code of the second factor')
  add('list', 'All webhooks.').action(action(host, list))
  add('create <url>', 'Add one; its secret is shown this once.')
    .option('--event <event...>', 'what to hear of', ['release.published', 'review.created', 'advisory.published'])
    .action(action(host, create))
  add('enable <id>', 'Take one back into use.').action(
    action(host, (context, id, options) => enable(context, id, options, true)),
  )
  add('disable <id>', 'Take one out of use.').action(
    action(host, (context, id, options) => enable(context, id, options, false)),
  )
  add('remove <id>', 'Remove one and its history.').action(action(host, remove))
  add('test <id>', 'Send an event that means nothing.').action(action(host, test))
  add('deliveries <id>', 'What was sent and what came of it.').action(action(host, deliveries))
  add('replay <id> <delivery>', 'Send a delivery again under its id.').action(action(host, replay))
}

interface Options extends RegistryOptions {
  readonly publisher: string
}

async function list(context: CommandContext, options: Options): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const { items } = await session.call('webhooks', { params: { publisher: options.publisher } })
  const rows = items.map(({ id, url, events, disabled }) => [id, url, events.join(' '), disabled?.reason ?? 'in use'])
  context.output.answer(
    items,
    rows.length === 0 ? ['There are none.'] : table([['Id', 'Address', 'Events', 'State'], ...rows]),
  )
}

async function create(
  context: CommandContext,
  url: string,
  options: Options & { readonly event: readonly string[] },
): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const { publisher, event } = options
  const made = await session.call('createWebhook', { params: { publisher }, body: { url, events: event } })
  context.output.note(`Added ${made.id}. The secret is shown this once:`)
  context.output.answer(made, [made.secret])
}

async function enable(context: CommandContext, webhook: string, options: Options, enabled: boolean): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const params = { publisher: options.publisher, webhook }
  const changed = await session.call('changeWebhook', { params, body: { enabled } })
  context.output.answer(changed, [enabled ? 'In use.' : 'Disabled.'])
}

async function remove(context: CommandContext, webhook: string, options: Options): Promise<void> {
  await using session = await openOwnerSession(context, options)
  await session.call('removeWebhook', { params: { publisher: options.publisher, webhook } })
  context.output.answer({ removed: webhook }, [`Removed ${webhook}.`])
}

async function test(context: CommandContext, webhook: string, options: Options): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const sent = await session.call('testWebhook', { params: { publisher: options.publisher, webhook } })
  context.output.answer(sent, [`Queued ${sent.id}.`])
}

async function deliveries(context: CommandContext, webhook: string, options: Options): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const { items } = await session.call('webhookDeliveries', { params: { publisher: options.publisher, webhook } })
  const rows = items.map((one) => [
    one.id,
    one.event,
    one.state,
    String(one.attempts),
    one.lastAnswer ?? '',
    one.createdAt,
  ])
  const head = ['Id', 'Event', 'State', 'Attempts', 'Last answer', 'Created']
  context.output.answer(items, rows.length === 0 ? ['Nothing was sent.'] : table([head, ...rows]))
}

async function replay(context: CommandContext, webhook: string, delivery: string, options: Options): Promise<void> {
  await using session = await openOwnerSession(context, options)
  const sent = await session.call('replayDelivery', { params: { publisher: options.publisher, webhook, delivery } })
  context.output.answer(sent, [`Queued ${sent.id} again.`])
}
