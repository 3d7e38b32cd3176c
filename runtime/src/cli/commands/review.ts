import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { parsePluginReference } from '../plugin-reference.ts'

/** `nexus review …`: what people say about plugins, and what you say. */
export function reviewCommand(command: Command, host: CommandHost): void {
  command.description('What people say about plugins.')
  command.command('list <plugin>').description('Reviews, most helpful first.').action(action(host, list))
  command
    .command('write <plugin>')
    .description('Rate a plugin that your workspace has installed, or change your review.')
    .requiredOption('--rating <stars>', '1 to 5')
    .option('--title <text>', 'heading')
    .option('--text <text>', 'review')
    .option('--author <name>', 'name to show; none when absent')
    .action(action(host, write))
  command.command('remove <plugin>').description('Take your review back.').action(action(host, remove))
  command
    .command('vote <plugin> <review>')
    .description('Say that a review helped.')
    .option('--undo', 'take it back')
    .action(action(host, vote))
  command
    .command('report <plugin>')
    .description('Report a plugin, or one of its reviews, to the moderators of the registry.')
    .requiredOption('--reason <reason>', 'spam, abuse, off-topic, privacy, malware, impersonation or other')
    .option('--review <id>', 'the review; else the plugin itself')
    .option('--text <text>', 'what is wrong')
    .action(action(host, report))
  command
    .command('appeal <plugin>')
    .description('Ask the moderators to look again at your review that they hid.')
    .requiredOption('--text <text>', 'why')
    .action(action(host, appeal))
  command
    .command('reply <plugin> <review>')
    .description('Answer a review of a plugin that is yours; needs your own secret `registry-token`.')
    .option('--text <text>', 'the answer; without it the answer is taken back')
    .action(action(host, reply))
}

const paramsOf = (text: string) => {
  const [publisher = '', name = ''] = parsePluginReference(text).pluginId.split('/')
  return { publisher, name }
}

async function list({ connect, output }: CommandContext, plugin: string): Promise<void> {
  const page = await (await connect()).call('reviews', { params: paramsOf(plugin) })
  const lines = page.items.flatMap(({ id, rating, title, text, author, version, helpful, reply: answer }) => [
    `${'*'.repeat(rating)} ${visible(title ?? '')}  (${visible(author ?? 'somebody')}, ${version}, ${helpful} found it helpful)  ${id}`,
    ...(text === undefined ? [] : text.split('\n').map((line) => `   ${visible(line)}`)),
    ...(answer === undefined ? [] : answer.text.split('\n').map((line) => `   > ${visible(line)}`)),
  ])
  output.answer(page, [`${page.rating.average} of 5, ${page.rating.count} rating(s)`, ...lines])
}

interface Words {
  readonly rating: string
  readonly title?: string
  readonly text?: string
  readonly author?: string
}

async function write({ connect, output }: CommandContext, plugin: string, { rating, ...words }: Words): Promise<void> {
  const stars = Number(rating)
  if (!Number.isInteger(stars) || stars < 1 || stars > 5)
    throw cliError('CLI_USAGE', `Expected 1 to 5 stars, found ${JSON.stringify(rating)}.`)
  const { title, text, author } = words
  const body = {
    rating: stars,
    ...(title !== undefined && { title }),
    ...(text !== undefined && { text }),
    ...(author !== undefined && { author }),
  }
  const mine = await (await connect()).call('putReview', { params: paramsOf(plugin), body })
  output.answer(mine, [`Published: ${mine.review?.rating ?? stars} of 5.`])
}

async function remove({ connect, output }: CommandContext, plugin: string): Promise<void> {
  output.answer(await (await connect()).call('removeReview', { params: paramsOf(plugin) }), ['Taken back.'])
}

async function vote(
  { connect, output }: CommandContext,
  plugin: string,
  review: string,
  { undo = false }: { readonly undo?: boolean },
): Promise<void> {
  const params = { ...paramsOf(plugin), review }
  const mine = await (await connect()).call('voteReview', { params, body: { helpful: !undo } })
  output.answer(mine, [undo ? 'Vote taken back.' : 'Voted.'])
}

async function report(
  { connect, output }: CommandContext,
  plugin: string,
  options: { readonly reason: string; readonly review?: string; readonly text?: string },
): Promise<void> {
  const { reason, review, text } = options
  const body = { reason, ...(review !== undefined && { reviewId: review }), ...(text !== undefined && { text }) }
  const mine = await (await connect()).call('reportPlugin', { params: paramsOf(plugin), body })
  output.answer(mine, ['Reported.'])
}

async function appeal(
  { connect, output }: CommandContext,
  plugin: string,
  { text }: { readonly text: string },
): Promise<void> {
  const mine = await (await connect()).call('appealReview', { params: paramsOf(plugin), body: { text } })
  output.answer(mine, ['Appealed.'])
}

async function reply(
  { connect, output }: CommandContext,
  plugin: string,
  review: string,
  { text }: { readonly text?: string },
): Promise<void> {
  await (await connect()).call('replyReview', { params: { ...paramsOf(plugin), review }, body: { text: text ?? null } })
  output.answer({ review, text: text ?? null }, [text === undefined ? 'Answer taken back.' : 'Answered.'])
}
