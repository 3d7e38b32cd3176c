import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'

/** `nexus tools search` and `nexus tools duplicates`. */
export function addSearchCommands(command: Command, host: CommandHost): void {
  command
    .command('search <words...>')
    .description('Find tools by what they do, among those that you may see.')
    .option('--server <name>', 'of a virtual server, in place of the whole workspace')
    .option('--limit <count>', 'at most so many', '10')
    .action(action(host, search))
  command
    .command('duplicates')
    .description('Tools that several servers offer, most alike first.')
    .action(action(host, duplicates))
}

const WIDTH = 72

function short(description: string): string {
  const line = description.replaceAll(/\s+/g, ' ').trim()
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 1)}…`
}

async function search(
  { connect, output }: CommandContext,
  words: readonly string[],
  { server, limit }: { readonly server?: string; readonly limit: string },
): Promise<void> {
  const query = { query: words.join(' '), limit, ...(server === undefined ? {} : { server }) }
  const found = await (await connect()).call('searchTools', { query })
  if (found.items.length === 0) return output.answer(found, ['No tool fits these words.'])
  const rows = found.items.map((tool) => [visible(tool.name), tool.upstream, visible(short(tool.description))])
  output.answer(found, table([['Tool', 'Server', 'Description'], ...rows]))
}

async function duplicates({ connect, output }: CommandContext): Promise<void> {
  const found = await (await connect()).call('duplicateTools')
  if (found.items.length === 0) return output.answer(found, ['No tool is offered twice.'])
  const rows = found.items.flatMap(({ kind, likeness, tools }) =>
    tools.map(({ upstream, tool }, index) => [
      index === 0 ? (kind === 'same' ? 'the same' : `${Math.round(likeness * 100)} % alike`) : '',
      upstream,
      visible(tool),
    ]),
  )
  output.answer(found, table([['', 'Server', 'Tool'], ...rows]))
}
