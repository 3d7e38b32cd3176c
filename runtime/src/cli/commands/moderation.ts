import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'

/** `nexus moderation …`: reports and appeals at the registry, for its moderators. */
export function moderationCommand(command: Command, host: CommandHost): void {
  command.description('Reports and appeals that wait for a moderator of the registry.')
  command.command('list').description('What waits.').action(action(host, list))
  command
    .command('decide <plugin> <action>')
    .description('hide, keep, restore or refuse (with --review), or settle the reports about the plugin itself.')
    .requiredOption('--reason <text>', 'why; who wrote the review reads it')
    .option('--review <id>', 'the review')
    .action(action(host, decide))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('moderationCases')
  const lines = items.flatMap(({ target, plugin, review, reports }) => [
    `${target} ${plugin}${review === undefined ? '' : ` ${review.id}${review.hidden === undefined ? '' : ' (hidden)'}`}`,
    ...(review?.text === undefined ? [] : [`   ${visible(review.text)}`]),
    ...(review?.appeal === undefined ? [] : [`   appeal: ${visible(review.appeal.text)}`]),
    ...reports.map(({ reason, text }) => `   reported for ${reason}${text === undefined ? '' : `: ${visible(text)}`}`),
  ])
  output.answer(items, lines.length === 0 ? ['Nothing waits.'] : lines)
}

async function decide(
  { connect, output }: CommandContext,
  plugin: string,
  verdict: string,
  { reason, review }: { readonly reason: string; readonly review?: string },
): Promise<void> {
  const body = { plugin, action: verdict, reason, ...(review !== undefined && { reviewId: review }) }
  await (await connect()).call('moderate', { body })
  output.answer(body, [`Decided: ${verdict}.`])
}
